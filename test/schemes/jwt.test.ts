import { createHash } from "node:crypto";
import type { AppInput } from "mooring";
import { defineApp, RequestError } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { jwt } from "../../src/schemes/jwt.js";
import { setUp } from "../support/acme.js";
import { caught } from "../support/actions.js";
import { decodeJwt, ecKey, isSignedBy, rsaKey } from "../support/keys.js";
import { harness, refusedSettings } from "./harness.js";

const API = "https://api.signed.example";
const seen: Request[] = [];
const server = setupServer(
  http.all(`${API}/*`, ({ request }) => {
    seen.push(request);
    return HttpResponse.json({ echo: request.headers.get("authorization") });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  seen.length = 0;
  server.resetHandlers();
});
afterAll(() => server.close());

type Settings = Omit<Extract<AppInput["authSchemes"][number], { scheme: "JWT" }>, "scheme">;
const field = (name: string, rest: object = {}) => ({ name, displayName: name, description: name, ...rest });

/** A toolset with one app that takes self-signed tokens. */
function signed(settings: Settings, app: Partial<AppInput> = {}) {
  const definition = defineApp({
    slug: "signed",
    name: "Signed",
    description: "Takes self-signed tokens",
    baseUrl: API,
    authSchemes: [{ scheme: "JWT", ...settings }],
    ...app,
  });
  return setUp({ apps: [definition] });
}

type Toolset = ReturnType<typeof setUp>["toolset"];
async function connect(toolset: Toolset, connectionParams: Record<string, string>) {
  const request = await toolset.getEntity("ada").initiateConnection({ app: "signed", connectionParams });
  return request.waitUntilActive();
}
const tokenOf = (request: Request | undefined): string =>
  (request?.headers.get("authorization") ?? "").replace(/^\w+ /, "");

const rsa = rsaKey();

describe("JWT in use", () => {
  it("signs a token with the claims and header of the templates, and uses it until shortly before it expires", async () => {
    const { toolset, clock } = signed(
      {
        algorithm: "RS256",
        lifetimeSeconds: 600,
        backdateSeconds: 30,
        fields: [field("issuer"), field("key_id")],
        header: { kid: "{key_id}", typ: "JWT" },
        claims: {
          iss: "{issuer}",
          aud: ["https://signed.example", "{region|upper}"],
          jti: "{jti}",
          valid: "{exp}",
          nested: { at: "until {exp}" },
        },
      },
      { connectionParams: [{ name: "region", displayName: "Region", description: "Region" }] },
    );
    const connection = await connect(toolset, {
      private_key: rsa.pkcs8.replaceAll("\n", "\\n"),
      issuer: "me",
      key_id: "k1",
      region: "eu",
    });
    await connection.request("/a");
    const now = Math.floor(clock.now() / 1000);
    const first = tokenOf(seen[0]);
    expect(isSignedBy(first, rsa.publicKey)).toBe(true);
    expect(decodeJwt(first)).toEqual({
      header: { alg: "RS256", kid: "k1", typ: "JWT" },
      claims: {
        iss: "me",
        aud: ["https://signed.example", "EU"],
        iat: now - 30,
        exp: now + 600,
        valid: now + 600,
        nested: { at: `until ${now + 600}` },
        jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
    await clock.advance(539_000);
    await connection.request("/b");
    expect(tokenOf(seen[1])).toBe(first);
    await clock.advance(2_000);
    await connection.request("/c");
    expect(tokenOf(seen[2])).not.toBe(first);
    expect(decodeJwt(tokenOf(seen[2])).claims).toMatchObject({ exp: Math.floor(clock.now() / 1000) + 600 });
    await clock.advance(-86_400_000);
    await connection.request("/d");
    expect(decodeJwt(tokenOf(seen[3])).claims).toMatchObject({ exp: Math.floor(clock.now() / 1000) + 600 });
  });

  it("signs each request where claims name it", async () => {
    const { toolset } = signed({
      algorithm: "ES256",
      reuse: false,
      timestamps: ["exp", "nbf"],
      claims: { uri: "{method} {host}{path}" },
    });
    const key = ecKey();
    const connection = await connect(toolset, { private_key: key.pkcs8 });
    await connection.request("/orders/7?x=1", { method: "DELETE" });
    const { claims } = decodeJwt(tokenOf(seen[0]));
    expect(claims).toEqual({
      uri: "DELETE api.signed.example/orders/7",
      nbf: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(isSignedBy(tokenOf(seen[0]), key.publicKey)).toBe(true);
  });

  it("keeps the token of each of several requests at once out of its error", async () => {
    const { toolset } = signed({ algorithm: "HS256", reuse: false, claims: { path: "{path}" } });
    const connection = await connect(toolset, { private_key: "a shared secret of at least 32 bytes" });
    // From here on they share what was opened.
    await connection.request("/first");
    const arrived: (() => void)[] = [];
    server.use(
      http.get(`${API}/*`, async ({ request }) => {
        // Nobody is answered before all have signed.
        await new Promise<void>((resolve) => {
          arrived.push(resolve);
          if (arrived.length === 3) for (const go of arrived) go();
        });
        return new HttpResponse(`You sent ${request.headers.get("authorization")}`, { status: 400 });
      }),
    );
    const failures = ["/a", "/b", "/c"].map((path) =>
      connection.request(path).then(
        () => "answered",
        (error: unknown) => (error instanceof RequestError ? error.body : error),
      ),
    );
    await expect(Promise.all(failures)).resolves.toEqual(Array(3).fill("You sent Bearer [redacted]"));
  });

  it("makes Ghost's token: id and hexadecimal secret in one key", async () => {
    const { toolset } = signed({
      algorithm: "HS256",
      key: { name: "admin_api_key", encoding: "hex", idPrefix: {} },
      header: { kid: "{key_id}", typ: "JWT" },
      claims: { aud: "/admin/" },
      placement: { template: "Ghost {token}" },
    });
    const secret = "ab".repeat(32);
    const connection = await connect(toolset, { admin_api_key: `6489:${secret}` });
    await connection.request("/site");
    expect(seen[0]?.headers.get("authorization")).toMatch(/^Ghost ey/);
    expect(isSignedBy(tokenOf(seen[0]), Buffer.from(secret, "hex"))).toBe(true);
    expect(decodeJwt(tokenOf(seen[0]))).toMatchObject({
      header: { kid: "6489" },
      claims: { aud: "/admin/" },
    });
    await expect(connect(toolset, { admin_api_key: "nocolon" })).rejects.toMatchObject({
      issues: [{ path: "connectionParams.admin_api_key" }],
    });
    await expect(connect(toolset, { admin_api_key: "6489:xyz" })).rejects.toMatchObject({
      issues: [{ path: "connectionParams.admin_api_key" }],
    });
  });

  it("makes Snowflake's token: the key's fingerprint in the issuer", async () => {
    const { toolset } = signed({
      algorithm: "RS256",
      lifetimeSeconds: 3_600,
      fields: [field("account"), field("username")],
      claims: {
        iss: "{account|upper}.{username|upper}.SHA256:{fingerprint}",
        sub: "{account|upper}.{username|upper}",
      },
    });
    const connection = await connect(toolset, { private_key: rsa.pkcs8, account: "xy1", username: "ada" });
    await connection.request("/api/v2/statements");
    const spki = rsa.publicKey.export({ type: "spki", format: "der" });
    const fingerprint = createHash("sha256").update(spki).digest("base64");
    expect(decodeJwt(tokenOf(seen[0])).claims).toMatchObject({
      iss: `XY1.ADA.SHA256:${fingerprint}`,
      sub: "XY1.ADA",
    });
  });

  it("signs with the developer's key where the app says so", async () => {
    const { toolset } = signed({
      algorithm: "HS256",
      key: { name: "sdk_secret", from: "integration" },
      fields: [field("sdk_key", { from: "integration" })],
      claims: { appKey: "{sdk_key}" },
    });
    await toolset.createIntegration({
      app: "signed",
      authConfig: { sdk_secret: "s".repeat(32), sdk_key: "app-1" },
    });
    const connection = await connect(toolset, {});
    await connection.request("/users");
    expect(isSignedBy(tokenOf(seen[0]), Buffer.from("s".repeat(32)))).toBe(true);
    expect(decodeJwt(tokenOf(seen[0])).claims).toMatchObject({ appKey: "app-1" });
  });

  it("places the token in a query parameter", async () => {
    const { toolset } = signed({
      algorithm: "HS256",
      key: { name: "secret" },
      placement: { in: "query", name: "jwt", template: "{token}" },
    });
    const connection = await connect(toolset, { secret: "x".repeat(40) });
    await connection.request("/a?b=1", { method: "POST", json: { c: 1 } });
    const url = new URL(seen[0]?.url ?? "");
    expect(url.searchParams.get("b")).toBe("1");
    expect(decodeJwt(url.searchParams.get("jwt") ?? "").header).toEqual({ alg: "HS256", typ: "JWT" });
    await expect(seen[0]?.text()).resolves.toBe('{"c":1}');
  });

  it("stores nothing when the key cannot be used, and says which field is wrong", async () => {
    const { toolset } = signed({ algorithm: "RS256" });
    await expect(connect(toolset, { private_key: ecKey().pkcs8 })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.private_key" }],
    });
    await expect(toolset.getEntity("ada").getConnections()).resolves.toEqual([]);
  });

  it("names a placeholder nobody fills in, when the app is defined and without that too", async () => {
    const settings = { algorithm: "RS256", claims: { iss: "{nobody}" } } as const;
    expect(caught(() => signed(settings))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "authSchemes.0.claims.iss" }],
    });
    await expect(harness(jwt(), settings).connect({ private_key: rsa.pkcs8 })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "nobody" }],
    });
  });

  it("revokes and reconnects with another key", async () => {
    const { toolset } = signed({ algorithm: "RS256" });
    const connection = await connect(toolset, { private_key: rsa.pkcs8 });
    await connection.revoke();
    await expect(connection.request("/a")).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
    const other = rsaKey();
    await (await connection.reconnect({ connectionParams: { private_key: other.pkcs8 } })).waitUntilActive();
    await connection.request("/b");
    expect(isSignedBy(tokenOf(seen[0]), other.publicKey)).toBe(true);
  });

  it("shows neither key nor token in an error", async () => {
    server.use(
      http.get(
        `${API}/fail`,
        ({ request }) =>
          new HttpResponse(`bad: ${request.headers.get("authorization")} ${"y".repeat(40)}`, { status: 400 }),
      ),
    );
    const { toolset } = signed({ algorithm: "HS256", key: { name: "secret" } });
    const connection = await connect(toolset, { secret: "y".repeat(40) });
    const error = await connection.request("/fail").catch((reason: unknown) => reason);
    expect(JSON.stringify(error)).toContain("[redacted]");
    expect(JSON.stringify(error)).not.toMatch(/yyyy|ey[A-Za-z0-9]{8}/);
  });
});

describe("JWT settings", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["alg none", { algorithm: "none" }, "algorithm"],
    ["no algorithm", {}, "algorithm"],
    ["reuse of a token about one request", { algorithm: "RS256", claims: { htu: "{path}" } }, "reuse"],
    ["a header name that is none", { algorithm: "RS256", placement: { name: "X Y" } }, "placement.name"],
    ["a lifetime of nothing", { algorithm: "RS256", lifetimeSeconds: 0 }, "lifetimeSeconds"],
    ["an unknown key", { algorithm: "RS256", kid: "x" }, "(root)"],
  ])("refuse %s", (_what, settings, path) => {
    expect(refusedSettings(jwt(), settings)).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path }] });
  });
});
