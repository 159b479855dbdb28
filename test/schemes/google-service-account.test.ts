import type { AppInput } from "mooring";
import { defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { googleServiceAccount } from "../../src/schemes/google-service-account.js";
import { setUp } from "../support/acme.js";
import type { JwtBearerServer } from "../support/jwt-bearer-server.js";
import { startJwtBearerServer } from "../support/jwt-bearer-server.js";
import { decodeJwt, ecKey, isSignedBy, rsaKey } from "../support/keys.js";
import { refusedSettings } from "./harness.js";

const AUDIENCE = "https://oauth2.googleapis.com/token";
const EMAIL = "robot@project-1.iam.gserviceaccount.com";
const rsa = rsaKey();
const file = (changes: object = {}) => ({
  type: "service_account",
  project_id: "project-1",
  private_key_id: "key-1",
  private_key: rsa.pkcs8,
  client_email: EMAIL,
  token_uri: "https://evil.example/token",
  universe_domain: "googleapis.com",
  ...changes,
});
const pasted = JSON.stringify(file());

let provider: JwtBearerServer;
beforeEach(async () => {
  provider = await startJwtBearerServer({ key: rsa.publicKey, email: EMAIL, audience: AUDIENCE });
});
afterEach(() => provider.close());

type Settings = Omit<
  Extract<AppInput["authSchemes"][number], { scheme: "GOOGLE_SERVICE_ACCOUNT" }>,
  "scheme"
>;

function drive(settings: Settings = {}, baseUrl = provider.origin) {
  const app = defineApp({
    slug: "drive",
    name: "Drive",
    description: "Files",
    baseUrl,
    authSchemes: [
      { scheme: "GOOGLE_SERVICE_ACCOUNT", scopes: ["files.read"], tokenUrl: `${baseUrl}/token`, ...settings },
    ],
  });
  const { toolset, clock } = setUp({ apps: [app] });
  provider.now = clock.now() / 1000;
  const ada = toolset.getEntity("ada");
  const connect = async (connectionParams: Record<string, string>, scopes?: readonly string[]) =>
    (
      await ada.initiateConnection({
        app: "drive",
        connectionParams,
        ...(scopes === undefined ? {} : { scopes }),
      })
    ).waitUntilActive();
  const advance = async (seconds: number) => {
    await clock.advance(seconds * 1000);
    provider.now = clock.now() / 1000;
  };
  return { toolset, clock, ada, connect, advance };
}
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
const answered = async (response: Promise<Response>): Promise<unknown> => (await response).json();

describe("GOOGLE_SERVICE_ACCOUNT in use", () => {
  it("exchanges an assertion for a token, and does so again before it expires", async () => {
    const { clock, connect, advance } = drive();
    const connection = await connect({ service_account_json: pasted });
    const iat = clock.now() / 1000;
    expect(provider.accepted).toEqual([
      { iss: EMAIL, aud: AUDIENCE, scope: "files.read", iat, exp: iat + 3600 },
    ]);
    expect(connection).toMatchObject({ account: { id: EMAIL, email: EMAIL }, scopes: ["files.read"] });
    await expect(answered(connection.request("/files"))).resolves.toEqual({ token: 1 });
    await advance(3_400);
    await expect(answered(connection.request("/files"))).resolves.toEqual({ token: 2 });
  });

  it("acts for a user, with the scopes that are asked for", async () => {
    const { connect } = drive({ subject: "optional" });
    const connection = await connect({ service_account_json: pasted, subject: "grace@acme.example" }, [
      "a",
      "b",
    ]);
    expect(provider.accepted[0]).toMatchObject({ sub: "grace@acme.example", scope: "a b" });
    expect(connection.account).toMatchObject({ email: "grace@acme.example" });
    await expect(failure(connect({ service_account_json: pasted, subject: "grace" }))).resolves.toMatchObject(
      { issues: [{ path: "connectionParams.subject" }] },
    );
  });

  it("uses the developer's key where the app says so", async () => {
    const { toolset, connect, advance } = drive({ key: { from: "integration" } });
    await toolset.createIntegration({ app: "drive", authConfig: { service_account_json: pasted } });
    const connection = await connect({});
    await expect(answered(connection.request("/files"))).resolves.toEqual({ token: 1 });
    provider.forgetKey();
    await advance(3_600);
    // The user can do nothing about it: the connection waits for the developer.
    await expect(failure(connection.request("/files"))).resolves.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      providerError: "invalid_grant",
    });
  });

  it("expires the connection when the user's key was deleted; another key brings it back", async () => {
    const { connect, advance } = drive();
    const connection = await connect({ service_account_json: pasted });
    provider.forgetKey();
    await advance(3_600);
    const error = await failure(connection.request("/files"));
    expect(error).toMatchObject({ code: "REAUTHORIZATION_REQUIRED", providerError: "invalid_grant" });
    expect(JSON.stringify(error)).not.toMatch(/BEGIN|eyJ/);
  });

  it("can be revoked and connected again", async () => {
    const { connect } = drive();
    const connection = await connect({ service_account_json: pasted });
    await connection.revoke();
    await expect(failure(connection.request("/files"))).resolves.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
    });
    await (
      await connection.reconnect({ connectionParams: { service_account_json: pasted } })
    ).waitUntilActive();
    await expect(answered(connection.request("/files"))).resolves.toEqual({ token: 2 });
  });

  it("says that the clocks differ when they do", async () => {
    const { connect } = drive();
    provider.now += 7_200;
    await expect(failure(connect({ service_account_json: pasted }))).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      message: expect.stringContaining("clock"),
    });
  });

  it("says that the key is wrong, and whom it is to act for where that was said", async () => {
    const other = JSON.stringify(file({ private_key: rsaKey().pkcs8 }));
    await expect(failure(drive().connect({ service_account_json: other }))).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      retryable: false,
      issues: [{ path: "connectionParams.service_account_json" }],
    });
    const delegated = drive({ subject: "optional" });
    const subject = "ada@example.com";
    await expect(failure(delegated.connect({ service_account_json: other, subject }))).resolves.toMatchObject(
      {
        issues: [{ path: "connectionParams.service_account_json" }, { path: "connectionParams.subject" }],
      },
    );
  });

  it.each<[string, string]>([
    ["as JSON in JSON", JSON.stringify(pasted)],
    ["in base64", Buffer.from(pasted).toString("base64")],
    ["in single quotes", `'${pasted}'`],
    ["with real line breaks in its key", pasted.replaceAll("\\n", "\n")],
    ["on many lines", JSON.stringify(file(), null, 2)],
    [
      "without key id and universe",
      JSON.stringify(file({ private_key_id: undefined, universe_domain: undefined })),
    ],
  ])("reads the file %s", async (_what, text) => {
    const { connect } = drive();
    await connect({ service_account_json: text });
    expect(provider.accepted).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ["no JSON", "SECRET", "not the JSON of a key file"],
    ["a file cut short", pasted.slice(0, -30), "not the JSON of a key file"],
    ["a user's credentials", JSON.stringify(file({ type: "authorized_user" })), "`type`"],
    ["another cloud's key", JSON.stringify(file({ universe_domain: "evil.example" })), "`universe_domain`"],
    ["no address", JSON.stringify(file({ client_email: undefined })), "`client_email`"],
    ["no key", JSON.stringify(file({ private_key: undefined })), "`private_key`"],
    ["an elliptic curve key", JSON.stringify(file({ private_key: ecKey().pkcs8 })), "RSA"],
    ["a key that is none", JSON.stringify(file({ private_key: "SECRET!" })), "neither PEM"],
  ])("stores and sends nothing for %s", async (_what, text, problem) => {
    const { ada, connect } = drive();
    const error = await failure(connect({ service_account_json: text }));
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.service_account_json", message: expect.stringContaining(problem) }],
    });
    expect(JSON.stringify(error)).not.toContain("SECRET");
    expect(provider.accepted).toEqual([]);
    expect((await ada.getConnections()).filter(({ status }) => status === "ACTIVE")).toEqual([]);
  });

  it.each([null, { audience: "https://pubsub.googleapis.com/" }])(
    "signs its own token with audience %j, and asks for none",
    async (audience) => {
      const { clock, connect } = drive({
        selfSigned: audience ?? {},
        tokenUrl: "https://unreachable.example/token",
      });
      const connection = await connect({ service_account_json: pasted });
      const seen: string[] = [];
      const listener = setupServer(
        http.get(`${provider.origin}/files`, ({ request }) => {
          seen.push(request.headers.get("authorization") ?? "");
          return HttpResponse.json([]);
        }),
      );
      listener.listen({ onUnhandledRequest: "error" });
      await connection.request("/files");
      listener.close();
      const token = (seen[0] ?? "").replace("Bearer ", "");
      expect(isSignedBy(token, rsa.publicKey)).toBe(true);
      const iat = clock.now() / 1000;
      expect(decodeJwt(token)).toEqual({
        header: { alg: "RS256", typ: "JWT", kid: "key-1" },
        claims: {
          iss: EMAIL,
          sub: EMAIL,
          iat,
          exp: iat + 3600,
          ...(audience === null ? { scope: "files.read" } : { aud: audience.audience }),
        },
      });
    },
  );
});

describe("a token endpoint that misbehaves", () => {
  const API = "https://drive.example";
  const server = setupServer();
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());

  it.each<[string, () => Response, object]>([
    ["HTML", () => HttpResponse.html("<h1>Sign in</h1>"), { code: "TOKEN_RESPONSE_INVALID" }],
    ["JSON cut short", () => new HttpResponse('{"access_token":"a'), { code: "TOKEN_RESPONSE_INVALID" }],
    ["no token", () => HttpResponse.json({ id_token: "x" }), { code: "TOKEN_RESPONSE_INVALID" }],
    ["too much", () => new HttpResponse("x".repeat(1_000_001)), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a redirect",
      () => HttpResponse.redirect("https://evil.example/"),
      { code: "TOKEN_RESPONSE_INVALID", status: 302 },
    ],
    [
      "an outage",
      () => new HttpResponse(null, { status: 503 }),
      { code: "TOKEN_EXCHANGE_FAILED", retryable: true },
    ],
    [
      "a refusal of the scopes",
      () => HttpResponse.json({ error: "unauthorized_client" }, { status: 401 }),
      { code: "TOKEN_EXCHANGE_FAILED", providerError: "unauthorized_client" },
    ],
  ])("answers with %s", async (_what, answer, expected) => {
    server.use(http.post(`${API}/token`, answer));
    const { connect } = drive({}, API);
    await expect(failure(connect({ service_account_json: pasted }))).resolves.toMatchObject(expected);
  });
});

describe("GOOGLE_SERVICE_ACCOUNT settings", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a token of more than an hour", { lifetimeSeconds: 3_601 }, "lifetimeSeconds"],
    ["a subject of a self-signed token", { selfSigned: {}, subject: "optional" }, "subject"],
    ["a plain http token URL", { tokenUrl: "http://oauth2.example/token" }, "tokenUrl"],
  ])("refuse %s", (_what, settings, path) => {
    expect(refusedSettings(googleServiceAccount(), settings)).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path }],
    });
  });
});
