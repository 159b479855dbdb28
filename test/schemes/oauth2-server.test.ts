import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AuthorizationServer,
  AuthorizationServerOptions,
} from "../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../examples/support/authorization-server.js";
import { createBrowser } from "../../examples/support/browser.js";
import { oauth2 } from "../../src/schemes/oauth2.js";
import { CALLBACK_URL, contextOf, errorOf, STATE } from "./oauth2/support.js";

/** Drives the scheme as the core would, against one server. */
function driverFor(server: AuthorizationServer, settings: Readonly<Record<string, unknown>> = {}) {
  const scheme = oauth2();
  const context = contextOf({
    now: Date.now,
    config: server.client,
    settings: { issuer: server.issuer, authorizationUrl: null, tokenUrl: null, ...settings },
  });
  const start = async (scopes: readonly string[]) => {
    const result = await scheme.start({
      ...context,
      values: {},
      callbackUrl: CALLBACK_URL,
      state: STATE,
      scopes,
    });
    if (result.kind !== "redirect") throw new Error("A redirect was expected.");
    return result;
  };
  const complete = async (url: URL, flow: Awaited<ReturnType<typeof start>>["flow"]) => {
    const grant = await scheme.complete?.(context, { url, flow, callbackUrl: CALLBACK_URL, state: STATE });
    if (grant === undefined) throw new Error("A grant was expected.");
    return grant;
  };
  const refresh = async (credentials: Parameters<NonNullable<typeof scheme.refresh>>[1]) => {
    const grant = await scheme.refresh?.(context, credentials);
    if (grant === undefined || grant === null) throw new Error("A grant was expected.");
    return grant;
  };
  const connect = async (
    scopes: readonly string[] = server.scopes,
    consent: boolean | readonly string[] = true,
  ) => {
    const { redirectUrl, flow } = await start(scopes);
    const url = await createBrowser().authorize(redirectUrl, { login: "ada", consent });
    return complete(url, flow);
  };
  return { scheme, context, start, complete, refresh, connect };
}

const configurations: readonly AuthorizationServerOptions[] = [
  { clientAuthentication: "client_secret_post" },
  { clientAuthentication: "client_secret_basic" },
  { clientAuthentication: "none" },
];

describe.each(configurations)("OAUTH2 against oidc-provider with $clientAuthentication", (options) => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer(options);
  });
  afterAll(() => server.close());
  const driver = () => driverFor(server, { clientAuthentication: options.clientAuthentication });

  it("connects: discovery, PKCE, `iss`, ID token, scopes and account", async () => {
    const grant = await driver().connect();
    expect(grant).toMatchObject({
      scopes: server.scopes,
      account: { id: "ada", email: "ada@acme.example", label: "Ada" },
      credentials: { token_type: "bearer", refresh_token: expect.any(String), id_token: expect.any(String) },
    });
    expect(grant.credentials.expires_at).toBeGreaterThan(Date.now());
    await expect(server.introspect(grant.credentials.access_token)).resolves.toMatchObject({
      active: true,
      sub: "ada",
    });
  });

  it("refreshes with rotation", async () => {
    const { connect, refresh } = driver();
    const { credentials } = await connect();
    const renewed = await refresh(credentials);
    expect(renewed.credentials.access_token).not.toBe(credentials.access_token);
    expect(renewed.credentials.refresh_token).not.toBe(credentials.refresh_token);
    const again = await refresh(renewed.credentials);
    await expect(server.introspect(again.credentials.access_token)).resolves.toMatchObject({ active: true });
  });

  it("is told that a spent refresh token ends the grant", async () => {
    const { connect, refresh } = driver();
    const { credentials } = await connect();
    const renewed = await refresh(credentials);
    await expect(refresh(credentials)).rejects.toMatchObject({
      code: "REAUTHORIZATION_REQUIRED",
      retryable: false,
      providerError: "invalid_grant",
    });
    await expect(server.introspect(renewed.credentials.access_token)).resolves.toMatchObject({
      active: false,
    });
  });

  it("revokes the grant, and may do so twice", async () => {
    const { connect, scheme, context } = driver();
    const { credentials } = await connect();
    await scheme.revoke?.(context, credentials);
    await expect(server.introspect(credentials.access_token)).resolves.toMatchObject({ active: false });
    await expect(scheme.revoke?.(context, credentials)).resolves.toBeUndefined();
  });
});

describe("OAUTH2 against oidc-provider", () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer();
  });
  afterAll(() => server.close());

  it("reports the scopes the user left ticked", async () => {
    const grant = await driverFor(server).connect(server.scopes, ["openid", "issues:read"]);
    expect(grant.scopes).toStrictEqual(["openid", "issues:read"]);
  });

  it("reports a denial", async () => {
    await expect(driverFor(server).connect(server.scopes, false)).rejects.toMatchObject({
      code: "AUTHORIZATION_DENIED",
      providerError: "access_denied",
    });
  });

  it("refuses the callback when `iss` was changed or removed on the way", async () => {
    const { start, complete } = driverFor(server);
    const { redirectUrl, flow } = await start(server.scopes);
    const url = await createBrowser().authorize(redirectUrl, { login: "ada" });
    expect(url.searchParams.get("iss")).toBe(server.issuer);
    const changed = new URL(url);
    changed.searchParams.set("iss", "https://evil.example");
    await expect(complete(changed, flow)).rejects.toMatchObject({ code: "ISSUER_MISMATCH" });
    changed.searchParams.delete("iss");
    await expect(complete(changed, flow)).rejects.toMatchObject({ code: "ISSUER_MISMATCH" });
  });

  it("is refused with another flow's PKCE verifier", async () => {
    const { start, complete } = driverFor(server);
    const { redirectUrl, flow } = await start(server.scopes);
    const url = await createBrowser().authorize(redirectUrl, { login: "ada" });
    const stolen = { ...flow, code_verifier: (await start(server.scopes)).flow["code_verifier"] ?? null };
    await expect(complete(url, stolen)).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_grant",
    });
  });

  it("refuses an ID token with another flow's nonce", async () => {
    const { start, complete } = driverFor(server);
    const { redirectUrl, flow } = await start(server.scopes);
    const url = await createBrowser().authorize(redirectUrl, { login: "ada" });
    await expect(complete(url, { ...flow, nonce: "another" })).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining("nonce"),
    });
  });

  it("is refused a code that was used", async () => {
    const { start, complete } = driverFor(server);
    const { redirectUrl, flow } = await start(server.scopes);
    const url = await createBrowser().authorize(redirectUrl, { login: "ada" });
    await complete(url, flow);
    await expect(complete(url, flow)).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      retryable: false,
    });
  });

  it("is told that the client secret is wrong, which does not end the grant", async () => {
    const { connect, scheme, context, refresh } = driverFor(server);
    const { credentials } = await connect();
    const wrong = { ...context, config: { ...server.client, client_secret: "wrong" } };
    const error = await errorOf(Promise.resolve(scheme.refresh?.(wrong, credentials)));
    expect(error).toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      retryable: false,
      providerError: "invalid_client",
    });
    await expect(refresh(credentials)).resolves.toHaveProperty("credentials");
  });

  it("takes a lost connection and a busy server for passing", async () => {
    const { connect, refresh } = driverFor(server);
    const { credentials } = await connect();
    server.injectTokenFault({ kind: "drop" });
    await expect(refresh(credentials)).rejects.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      retryable: true,
      status: null,
    });
    server.injectTokenFault({ kind: "answer", status: 429, headers: { "retry-after": "2" } });
    await expect(refresh(credentials)).rejects.toMatchObject({
      retryable: true,
      status: 429,
      retryAfterMs: 2000,
    });
    await expect(refresh(credentials)).resolves.toHaveProperty("credentials");
  });

  it("works with endpoints given and no issuer: the ID token is dropped, since nothing could validate it", async () => {
    const { authorizationUrl, tokenUrl, revocationUrl } = server;
    const grant = await driverFor(server, {
      issuer: null,
      authorizationUrl,
      tokenUrl,
      revocationUrl,
    }).connect();
    expect(grant.credentials.id_token).toBeUndefined();
    expect(grant.account).toBeUndefined();
  });
});
