import { exportJWK, exportPKCS8, generateKeyPair } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  AuthorizationServer,
  AuthorizationServerOptions,
} from "../../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../../examples/support/authorization-server.js";
import { createBrowser } from "../../../examples/support/browser.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { CALLBACK_URL, contextOf, STATE, startContextOf } from "./support.js";

const API = "https://api.acme.example/";

/** Drives the scheme as the core would, against one server. */
function driverFor(
  server: AuthorizationServer,
  changes: {
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly config?: Readonly<Record<string, string>>;
    readonly now?: () => number;
  } = {},
) {
  const scheme = oauth2();
  const options = {
    now: changes.now ?? Date.now,
    config: { ...server.client, ...changes.config },
    settings: { issuer: server.issuer, authorizationUrl: null, tokenUrl: null, ...changes.settings },
  };
  const context = contextOf(options);
  const start = () => scheme.start(startContextOf({ ...options, scopes: server.scopes }));
  const connect = async () => {
    const started = await start();
    if (started.kind !== "redirect") throw new Error("A redirect was expected.");
    const url = await createBrowser().authorize(started.redirectUrl, { login: "ada" });
    const { flow } = started;
    const grant = await scheme.complete?.(context, { url, flow, callbackUrl: CALLBACK_URL, state: STATE });
    if (grant === undefined) throw new Error("A grant was expected.");
    return { ...grant, redirectUrl: started.redirectUrl };
  };
  const refresh = async (credentials: Parameters<NonNullable<typeof scheme.refresh>>[1]) => {
    const grant = await scheme.refresh?.(context, scheme.parseCredentials(credentials));
    if (grant === undefined || grant === null) throw new Error("A grant was expected.");
    return grant;
  };
  /** Asks the server's userinfo endpoint as the core asks an API: once more when challenged. */
  const callApi = async (credentials: Parameters<typeof scheme.apply>[1]) => {
    const statuses: number[] = [];
    for (;;) {
      const request = await scheme.apply(new Request(server.userinfoUrl), credentials, context);
      const response = await fetch(request);
      statuses.push(response.status);
      if (scheme.isChallenge?.(response, request, credentials) !== true) return statuses;
    }
  };
  return { scheme, context, start, connect, refresh, callApi };
}

async function started(
  options: AuthorizationServerOptions,
  run: (server: AuthorizationServer) => Promise<void>,
) {
  const server = await startAuthorizationServer(options);
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

describe("private_key_jwt against oidc-provider (RFC 7523 §2.2)", () => {
  it.each(["RS256", "PS256", "ES256", "EdDSA"] as const)(
    "signs with %s for every request",
    async (algorithm) => {
      const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
      const clientKeys = [{ ...(await exportJWK(publicKey)), alg: algorithm, kid: "key-1", use: "sig" }];
      const pem = (await exportPKCS8(privateKey)).replaceAll("\n", "\\n");
      await started({ clientAuthentication: "private_key_jwt", clientKeys }, async (server) => {
        const { connect, refresh, scheme, context } = driverFor(server, {
          settings: { clientAuthentication: "private_key_jwt", clientAssertion: { algorithm } },
          config: { client_secret: "", private_key: pem, key_id: "key-1" },
        });
        const { credentials } = await connect();
        const renewed = await refresh(credentials);
        await scheme.revoke?.(context, renewed.credentials);
        await expect(server.introspect(renewed.credentials.access_token)).resolves.toMatchObject({
          active: false,
        });
      });
    },
  );

  it("signs anew when a DPoP proof needs a nonce first: an assertion works once", async () => {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    const clientKeys = [{ ...(await exportJWK(publicKey)), alg: "ES256", kid: "key-1", use: "sig" }];
    const private_key = await exportPKCS8(privateKey);
    const clientAuthentication = "private_key_jwt";
    await started({ clientAuthentication, clientKeys, dpop: "with nonces" }, async (server) => {
      const { connect, refresh } = driverFor(server, {
        settings: { clientAuthentication, clientAssertion: { algorithm: "ES256" }, dpop: "ES256" },
        config: { client_secret: "", private_key, key_id: "key-1" },
      });
      const { credentials } = await connect();
      await expect(refresh(credentials)).resolves.toMatchObject({ credentials: { token_type: "dpop" } });
    });
  });

  it("is told that the key is another's", async () => {
    const [known, other] = [
      await generateKeyPair("ES256"),
      await generateKeyPair("ES256", { extractable: true }),
    ];
    const clientKeys = [{ ...(await exportJWK(known.publicKey)), alg: "ES256", kid: "key-1", use: "sig" }];
    await started({ clientAuthentication: "private_key_jwt", clientKeys }, async (server) => {
      const { connect } = driverFor(server, {
        settings: { clientAuthentication: "private_key_jwt", clientAssertion: { algorithm: "ES256" } },
        config: { client_secret: "", private_key: JSON.stringify(await exportJWK(other.privateKey)) },
      });
      await expect(connect()).rejects.toMatchObject({
        code: "TOKEN_EXCHANGE_FAILED",
        providerError: "invalid_client",
      });
    });
  });

  it("refuses a key of another kind than the algorithm's, without showing it", async () => {
    const { privateKey } = await generateKeyPair("ES256", { extractable: true });
    const private_key = await exportPKCS8(privateKey);
    await started({}, async (server) => {
      const { start } = driverFor(server, {
        settings: { clientAuthentication: "private_key_jwt" },
        config: { private_key },
      });
      await expect(start()).rejects.toMatchObject({
        code: "CONFIG_INVALID",
        issues: [{ path: "authConfig.private_key" }],
        message: expect.not.stringContaining(private_key.slice(40, 60)),
      });
    });
  });
});

describe("client_secret_jwt against oidc-provider", () => {
  it("signs with the secret, by the runtime's clock", async () => {
    await started({ clientAuthentication: "client_secret_jwt" }, async (server) => {
      const settings = { clientAuthentication: "client_secret_jwt" };
      await expect(driverFor(server, { settings }).connect()).resolves.toMatchObject({
        account: { id: "ada" },
      });
      const now = () => Date.now() - 3_600_000;
      await expect(driverFor(server, { settings, now }).connect()).rejects.toMatchObject({
        providerError: "invalid_client",
      });
    });
  });
});

describe("pushed authorization requests against oidc-provider (RFC 9126)", () => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer({ requirePushedRequests: true, resources: [API] });
  });
  afterAll(() => server.close());

  it("send the browser with a reference only", async () => {
    const { redirectUrl, account } = await driverFor(server, {
      settings: { pushedAuthorization: true },
    }).connect();
    expect([...new URL(redirectUrl).searchParams.keys()].sort()).toStrictEqual(["client_id", "request_uri"]);
    expect(account).toMatchObject({ id: "ada" });
  });

  it("tell at once what is wrong with the request", async () => {
    const { start } = driverFor(server, {
      settings: { pushedAuthorization: true, authorizationParams: { response_mode: "no such mode" } },
    });
    await expect(start()).rejects.toMatchObject({ code: "TOKEN_EXCHANGE_FAILED", status: 400 });
  });

  it("get tokens for the API they name, on renewal too (RFC 8707)", async () => {
    const { connect, refresh } = driverFor(server, {
      settings: { pushedAuthorization: true, resources: [API] },
    });
    const { credentials } = await connect();
    await expect(server.introspect(credentials.access_token)).resolves.toMatchObject({ aud: API });
    const renewed = await refresh(credentials);
    await expect(server.introspect(renewed.credentials.access_token)).resolves.toMatchObject({ aud: API });
  });
});

describe.each(["on", "with nonces"] as const)("DPoP %s against oidc-provider (RFC 9449)", (dpop) => {
  let server: AuthorizationServer;
  beforeAll(async () => {
    server = await startAuthorizationServer({ dpop, grantTypes: ["client_credentials", "device_code"] });
  });
  afterAll(() => server.close());

  it.each(["ES256", "EdDSA"])("binds tokens to a key with %s, and proves it with every call", async (alg) => {
    const { connect, refresh, callApi, scheme } = driverFor(server, { settings: { dpop: alg } });
    const { credentials } = await connect();
    expect(credentials).toMatchObject({ token_type: "dpop", dpop_key: { alg } });
    expect(scheme.secrets(credentials)).toContain(credentials.dpop_key?.["d"]);
    const { cnf } = await server.introspect(credentials.access_token);
    expect(cnf?.jkt).toEqual(expect.any(String));
    expect(await callApi(credentials)).toStrictEqual([200]);
    const renewed = await refresh(credentials);
    expect(renewed.credentials.dpop_key).toStrictEqual(credentials.dpop_key);
    expect(await callApi(renewed.credentials)).toStrictEqual([200]);
    await expect(server.introspect(renewed.credentials.access_token)).resolves.toMatchObject({ cnf });
  });

  it("gives every connection a key of its own", async () => {
    const { connect } = driverFor(server, { settings: { dpop: "ES256" } });
    const [one, other] = [await connect(), await connect()];
    expect(one.credentials.dpop_key).not.toStrictEqual(other.credentials.dpop_key);
  });

  it("asks a server again whose nonce it does not know yet", async () => {
    const { credentials } = await driverFor(server, { settings: { dpop: "ES256" } }).connect();
    const { callApi } = driverFor(server, { settings: { dpop: "ES256" } });
    expect(await callApi(credentials)).toStrictEqual(dpop === "on" ? [200] : [401, 200]);
  });

  it("is refused with another key", async () => {
    const { connect, callApi } = driverFor(server, { settings: { dpop: "ES256" } });
    const [one, other] = [await connect(), await connect()];
    expect(await callApi({ ...one.credentials, dpop_key: other.credentials.dpop_key })).toStrictEqual([401]);
  });

  it("works without a user", async () => {
    const { start, refresh } = driverFor(server, {
      settings: { dpop: "ES256", grantType: "client_credentials", scopes: [] },
    });
    const begun = await start();
    if (begun.kind !== "complete") throw new Error("expected a connection that is ready at once");
    expect(begun.grant.credentials.token_type).toBe("dpop");
    const renewed = await refresh(begun.grant.credentials);
    expect(renewed.credentials.dpop_key).toStrictEqual(begun.grant.credentials.dpop_key);
  });
});
