import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { JWK } from "jose";
import { exportJWK, generateKeyPair } from "jose";
import type { KoaContext } from "oidc-provider";
import { handleInteraction } from "./interaction-pages.js";
import { listen } from "./listen.js";
import { loadOidcProvider } from "./load-oidc-provider.js";
import { createOidcRecords } from "./oidc-adapter.js";
import type { TokenFault, TokenRequest } from "./token-faults.js";
import { createTokenFaults } from "./token-faults.js";

/** How the server should be set up. */
export interface AuthorizationServerOptions {
  /** Default: `["https://app.example.com/connect/callback"]`. */
  readonly redirectUris?: readonly string[];
  /** Lifetime of access tokens in seconds. Default: 60. */
  readonly accessTokenTtlSeconds?: number;
  /** Whether a refresh spends the refresh token; a second use then revokes the whole grant. Default: true. */
  readonly rotateRefreshToken?: boolean;
  /** Default: `openid email profile issues:read issues:write`. */
  readonly scopes?: readonly string[];
  /** How the client authenticates at the token endpoint. Default: `client_secret_post`. */
  readonly clientAuthentication?:
    | "client_secret_post"
    | "client_secret_basic"
    | "client_secret_jwt"
    | "private_key_jwt"
    | "none";
  /** Public keys of a client that authenticates with `private_key_jwt`. */
  readonly clientKeys?: readonly JWK[];
  /** Grants beside the authorization code's. Default: none. */
  readonly grantTypes?: readonly ("client_credentials" | "device_code")[];
  /** Whether clients can register (RFC 7591). Default: false. */
  readonly registration?: boolean;
  /** What they must show to register; undefined when everybody may. */
  readonly initialAccessToken?: string;
  /** Whether authorization requests must be pushed (RFC 9126). Default: false. */
  readonly requirePushedRequests?: boolean;
  /** Whether tokens are bound to a key of the client's (RFC 9449), and proofs to nonces. Default: `off`. */
  readonly dpop?: "off" | "on" | "with nonces";
  /** APIs a token can be for (RFC 8707). Default: none. */
  readonly resources?: readonly string[];
  /** What goes wrong at the token endpoint from the start; see also `injectTokenFault`. */
  readonly faults?: readonly TokenFault[];
}

/** What a token is, as RFC 7662 §2.2 says it. */
export interface Introspection {
  readonly active: boolean;
  readonly sub?: string;
  readonly scope?: string;
  readonly exp?: number;
  readonly aud?: string;
  readonly cnf?: { readonly jkt: string };
}

/** The running server. Any login name is an account: `ada` is `Ada`, `ada@acme.example`. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl: string;
  readonly userinfoUrl: string;
  readonly deviceAuthorizationUrl: string;
  readonly client: { readonly client_id: string; readonly client_secret: string };
  readonly scopes: readonly string[];
  /** Every request the token endpoint saw, in order of answering. */
  readonly tokenRequests: readonly TokenRequest[];
  /** Seconds. */
  readonly accessTokenTtl: number;
  /** Expires all access tokens at the server alone: the client's clock still says they are good. */
  expireAccessTokens(): number;
  /** Every code and token handed out so far, and the client secret: what must not turn up anywhere. */
  secrets(): readonly string[];
  injectTokenFault(fault: TokenFault): void;
  introspect(token: string): Promise<Introspection>;
  close(): Promise<void>;
}

const CLIENT = { client_id: "mooring-host", client_secret: randomBytes(24).toString("base64url") };
const RESOURCE_SERVER = { client_id: "acme-api", client_secret: randomBytes(24).toString("base64url") };
const DEFAULT_SCOPES = ["openid", "email", "profile", "issues:read", "issues:write"];

async function signingKeys() {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] };
}

const claimsOf = (login: string) => ({
  sub: login,
  email: `${login}@acme.example`,
  email_verified: true,
  name: login.charAt(0).toUpperCase() + login.slice(1),
});

/** `device_code` as the wire has it (RFC 8628 §3.4). */
const standardName = (grantType: string) =>
  grantType === "device_code" ? "urn:ietf:params:oauth:grant-type:device_code" : grantType;

const showForm = (context: KoaContext, form: string) => {
  context.body = `<!doctype html><html lang="en"><title>Connect a device</title>${form}</html>`;
};
/** The pages of the device flow, as bare as they can be. */
const DEVICE_PAGES = {
  userCodeInputSource: showForm,
  userCodeConfirmSource: showForm,
  successSource: (context: KoaContext) => showForm(context, "<h1>Done</h1>"),
};

async function configuration(options: AuthorizationServerOptions) {
  const {
    clientAuthentication = "client_secret_post",
    grantTypes = [],
    dpop = "off",
    resources = [],
  } = options;
  return {
    clients: [
      {
        client_id: CLIENT.client_id,
        ...(clientAuthentication === "none" ? {} : { client_secret: CLIENT.client_secret }),
        token_endpoint_auth_method: clientAuthentication,
        grant_types: ["authorization_code", "refresh_token", ...grantTypes.map(standardName)],
        ...(options.clientKeys === undefined ? {} : { jwks: { keys: options.clientKeys } }),
        ...(dpop === "off" ? {} : { dpop_bound_access_tokens: true }),
        response_types: ["code"],
        redirect_uris: options.redirectUris ?? ["https://app.example.com/connect/callback"],
      },
      { ...RESOURCE_SERVER, grant_types: [], response_types: [], redirect_uris: [] },
    ],
    jwks: await signingKeys(),
    cookies: { keys: [randomBytes(16).toString("hex")] },
    scopes: options.scopes ?? DEFAULT_SCOPES,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, login: string) => ({
      accountId: login,
      claims: () => claimsOf(login),
    }),
    pkce: { required: () => true },
    issueRefreshToken: () => true,
    expiresWithSession: () => false,
    rotateRefreshToken: options.rotateRefreshToken ?? true,
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: grantTypes.includes("client_credentials") },
      deviceFlow: { enabled: grantTypes.includes("device_code"), ...DEVICE_PAGES },
      registration: {
        enabled: options.registration ?? false,
        ...(options.initialAccessToken === undefined
          ? {}
          : { initialAccessToken: options.initialAccessToken }),
      },
      pushedAuthorizationRequests: {
        enabled: true,
        requirePushedAuthorizationRequests: options.requirePushedRequests ?? false,
      },
      dPoP: {
        enabled: dpop !== "off",
        ...(dpop === "with nonces" ? { nonceSecret: randomBytes(32), requireNonce: () => true } : {}),
      },
      resourceIndicators: {
        enabled: resources.length > 0,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: (options.scopes ?? DEFAULT_SCOPES).join(" "),
          audience: resource,
          accessTokenTTL: options.accessTokenTtlSeconds ?? 60,
        }),
        useGrantedResource: () => true,
      },
      introspection: { enabled: true, allowedPolicy: () => true },
      revocation: {
        enabled: true,
        allowedPolicy: (_context: unknown, client: { clientId: string }, token: { clientId: string }) =>
          client.clientId === token.clientId,
      },
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    ttl: {
      AccessToken: options.accessTokenTtlSeconds ?? 60,
      AuthorizationCode: 60,
      ClientCredentials: options.accessTokenTtlSeconds ?? 60,
      DeviceCode: 60,
      Grant: 86_400,
      IdToken: 3600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
  };
}

/**
 * Starts a real OpenID Connect server (npm `oidc-provider`, certified) on loopback, to play the third party.
 *
 * @example
 * ```ts
 * const server = await startAuthorizationServer({ accessTokenTtlSeconds: 5 });
 * // … authorize with createBrowser(), exchange the code at server.tokenUrl …
 * await server.close();
 * ```
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  const Provider = await loadOidcProvider();
  const records = createOidcRecords();
  const faults = createTokenFaults();
  for (const fault of options.faults ?? []) faults.inject(fault);

  const http = createServer();
  const { origin: issuer, close } = await listen(http);
  const provider = new Provider(issuer, { ...(await configuration(options)), adapter: records.adapter });
  provider.use(faults.middleware);
  const callback = provider.callback();
  const handle = (request: IncomingMessage, response: ServerResponse) =>
    request.url?.startsWith("/interaction/") === true
      ? handleInteraction(provider, request, response)
      : callback(request, response);
  http.on("request", (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => {
      response.writeHead(400, { "content-type": "text/plain" }).end(String(error));
    });
  });

  return {
    issuer,
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    revocationUrl: `${issuer}/token/revocation`,
    userinfoUrl: `${issuer}/me`,
    deviceAuthorizationUrl: `${issuer}/device/auth`,
    client: CLIENT,
    scopes: options.scopes ?? DEFAULT_SCOPES,
    tokenRequests: faults.requests,
    accessTokenTtl: options.accessTokenTtlSeconds ?? 60,
    expireAccessTokens: records.expireAccessTokens,
    secrets: () => [...records.issued(), CLIENT.client_secret],
    injectTokenFault: faults.inject,
    async introspect(token) {
      const { client_id, client_secret } = RESOURCE_SERVER;
      const response = await fetch(`${issuer}/token/introspection`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa(`${client_id}:${client_secret}`)}` },
        body: new URLSearchParams({ token }),
      });
      return response.json();
    },
    close,
  };
}
