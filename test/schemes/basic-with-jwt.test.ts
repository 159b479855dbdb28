import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { defineApp } from "mooring";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { basicWithJwt } from "../../src/schemes/basic-with-jwt.js";
import { setUp } from "../support/acme.js";
import { decodeJwt, isSignedBy } from "../support/keys.js";
import { refusedSettings } from "./harness.js";

const KEY = new TextEncoder().encode("the server's own secret, 32 bytes");
let issued = 0;
let password = "";
/** What the token server takes for now, in seconds. */
let now = 0;

/** A server that gives JWTs for a login, and an API that takes only them. */
const server = createServer(async (request, response) => {
  const authorization = request.headers.authorization ?? "";
  const json = (status: number, body: object) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (request.url === "/auth") {
    const login = Buffer.from(authorization.replace("Basic ", ""), "base64").toString();
    if (login !== `ada:${password}`) return json(401, { error: "invalid_login" });
    issued += 1;
    const token = new SignJWT({ n: issued })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime(now + 900);
    return json(200, { data: { jwt: await token.sign(KEY) } });
  }
  const token = authorization.replace("Bearer ", "");
  const works = token !== "" && isSignedBy(token, KEY) && Number(decodeJwt(token).claims["exp"]) > now;
  return works ? json(200, { n: decodeJwt(token).claims["n"] }) : json(401, { error: "token" });
});
let origin = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  issued = 0;
  password = "open: sesame";
});

function setUpApp() {
  const app = defineApp({
    slug: "logged",
    name: "Logged",
    description: "An API behind a login",
    baseUrl: origin,
    authSchemes: [{ scheme: "BASIC_WITH_JWT", tokenUrl: `${origin}/auth`, tokenPath: "data.jwt" }],
  });
  const { toolset, clock } = setUp({ apps: [app] });
  now = clock.now() / 1000;
  const advance = async (seconds: number) => {
    await clock.advance(seconds * 1000);
    now = clock.now() / 1000;
  };
  const connectionParams = { username: "ada", password: "open: sesame" };
  const ada = toolset.getEntity("ada");
  const connect = async (values = connectionParams) =>
    (await ada.initiateConnection({ app: "logged", connectionParams: values })).waitUntilActive();
  return { ada, advance, connect, connectionParams };
}

describe("BASIC_WITH_JWT in use", () => {
  it("logs in, sends the JWT, and logs in again before its `exp`", async () => {
    const { advance, connect } = setUpApp();
    const connection = await connect();
    await expect((await connection.request("/me")).json()).resolves.toEqual({ n: 1 });
    await advance(700);
    await expect((await connection.request("/me")).json()).resolves.toEqual({ n: 1 });
    await advance(100);
    await expect((await connection.request("/me")).json()).resolves.toEqual({ n: 2 });
  });

  it("expires when the login is refused later, and works again after another", async () => {
    const { advance, connect, connectionParams } = setUpApp();
    const connection = await connect();
    password = "changed";
    await advance(1_000);
    await expect(connection.request("/me")).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    const again = await connection.reconnect({ connectionParams: { ...connectionParams, password } });
    await again.waitUntilActive();
    await expect((await connection.request("/me")).json()).resolves.toEqual({ n: 2 });
    await connection.revoke();
    await expect(connection.request("/me")).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
  });

  it("stores nothing when the login is refused, or has a colon in its name", async () => {
    const { ada, connect } = setUpApp();
    await expect(connect({ username: "ada", password: "wrong" })).rejects.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      status: 401,
      issues: [{ path: "connectionParams.username" }, { path: "connectionParams.password" }],
    });
    await expect(connect({ username: "a:b", password: "x" })).rejects.toMatchObject({
      issues: [{ path: "connectionParams.username" }],
    });
    expect((await ada.getConnections()).filter(({ status }) => status === "ACTIVE")).toEqual([]);
  });
});

describe("BASIC_WITH_JWT settings", () => {
  it.each([
    ["no token URL", {}, "tokenUrl"],
    ["a plain http URL", { tokenUrl: "http://acme.example/auth" }, "tokenUrl"],
    [
      "a header name that is none",
      { tokenUrl: "https://acme.example/auth", placement: { name: "a b" } },
      "placement.name",
    ],
  ])("refuse %s", (_what, settings, path) => {
    expect(refusedSettings(basicWithJwt(), settings)).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path }],
    });
  });
});
