import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuthorizationServer } from "../../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../../examples/support/authorization-server.js";
import { createBrowser } from "../../../examples/support/browser.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { contextOf, startContextOf } from "./support.js";

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer({ grantTypes: ["client_credentials", "device_code"] });
});
afterAll(() => server.close());

const optionsOf = (settings: Readonly<Record<string, unknown>>) => ({
  now: Date.now,
  config: server.client,
  settings: { issuer: server.issuer, authorizationUrl: null, tokenUrl: null, ...settings },
});

describe("client credentials against oidc-provider", () => {
  const options = () => optionsOf({ grantType: "client_credentials" });

  it("needs nobody: the connection is complete at once, and its token is minted anew for the same scopes", async () => {
    const scheme = oauth2();
    const started = await scheme.start(startContextOf({ ...options(), scopes: ["issues:read"] }));
    if (started.kind !== "complete") throw new Error("expected a connection that is ready at once");
    const { credentials, scopes } = started.grant;
    expect(scopes).toStrictEqual(["issues:read"]);
    expect(credentials.refresh_token).toBeUndefined();
    const renewed = await scheme.refresh?.(contextOf(options()), scheme.parseCredentials(credentials));
    expect(renewed?.scopes).toStrictEqual(["issues:read"]);
    expect(renewed?.credentials.access_token).not.toBe(credentials.access_token);
    await expect(server.introspect(renewed?.credentials.access_token ?? "")).resolves.toMatchObject({
      active: true,
      scope: "issues:read",
    });
  });

  it("tells a wrong secret from a dead grant", async () => {
    const config = { ...server.client, client_secret: "wrong" };
    await expect(oauth2().start(startContextOf({ ...options(), config }))).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_client",
      retryable: false,
      issues: [],
    });
  });
});

describe("clients of the user's own", () => {
  const options = (client_secret: string) => {
    const { client, ...known } = { client: server.client, ...optionsOf({}) };
    const settings = { ...known.settings, grantType: "client_credentials", clientOwner: "connection" };
    return { ...known, settings, config: {}, params: { ...client, client_secret } };
  };

  it("get the tokens and renew them, whatever the developer's client is", async () => {
    const scheme = oauth2();
    const started = await scheme.start(startContextOf(options(server.client.client_secret)));
    if (started.kind !== "complete") throw new Error("expected a connection that is ready at once");
    const { credentials } = started.grant;
    expect(credentials.client).toStrictEqual(server.client);
    expect(scheme.secrets(credentials)).toContain(server.client.client_secret);
    expect(scheme.secrets(credentials)).not.toContain(server.client.client_id);
    const context = contextOf({ ...options(""), params: {}, config: { client_id: "another" } });
    await expect(scheme.refresh?.(context, credentials)).resolves.toMatchObject({
      credentials: { client: server.client },
    });
  });

  it("are refused by name when the user gives a wrong secret, which a developer's is not", async () => {
    await expect(oauth2().start(startContextOf(options("wrong")))).rejects.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      providerError: "invalid_client",
      retryable: false,
      issues: [{ path: "connectionParams.client_id" }, { path: "connectionParams.client_secret" }],
    });
  });

  it("must be given anew by the user when their secret works no more", async () => {
    const scheme = oauth2();
    const client = { ...server.client, client_secret: "rotated away" };
    const credentials = { access_token: "at", token_type: "bearer", client } as const;
    await expect(scheme.refresh?.(contextOf(options("")), credentials)).rejects.toMatchObject({
      code: "REAUTHORIZATION_REQUIRED",
      providerError: "invalid_client",
    });
  });
});

describe("device flow against oidc-provider", () => {
  const options = () => optionsOf({ grantType: "device_code" });
  const begin = async () => {
    const scheme = oauth2();
    const started = await scheme.start(startContextOf({ ...options(), scopes: server.scopes }));
    if (started.kind !== "device") throw new Error("expected a device flow");
    const poll = () => Promise.resolve(scheme.poll?.(contextOf(options()), started.flow));
    return { started, poll };
  };

  it("hands out a code, is pending until the user has agreed, and then says whose account it is", async () => {
    const { started, poll } = await begin();
    expect(started).toMatchObject({
      userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
      verificationUri: `${server.issuer}/device`,
      verificationUriComplete: `${server.issuer}/device?user_code=${started.userCode}`,
      intervalMs: 5_000,
    });
    expect(started.expiresAt - Date.now()).toBeGreaterThan(50_000);
    await expect(poll()).resolves.toStrictEqual({ kind: "pending" });
    await createBrowser().enterCode(started.verificationUriComplete ?? "", { login: "ada" });
    await expect(poll()).resolves.toMatchObject({
      kind: "granted",
      grant: { account: { id: "ada", email: "ada@acme.example" }, scopes: server.scopes },
    });
  });

  it("ends when the user says no", async () => {
    const { started, poll } = await begin();
    await createBrowser().enterCode(started.verificationUriComplete ?? "", { login: "ada", consent: false });
    await expect(poll()).rejects.toMatchObject({ code: "AUTHORIZATION_DENIED", retryable: false });
  });

  it("refuses codes of another flow's", async () => {
    const scheme = oauth2();
    const flow = { device_code: "made-up", scopes: [], client: null };
    await expect(scheme.poll?.(contextOf(options()), flow)).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_grant",
    });
  });
});
