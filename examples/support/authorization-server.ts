import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
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
  readonly clientAuthentication?: "client_secret_post" | "client_secret_basic" | "none";
  /** What goes wrong at the token endpoint from the start; see also `injectTokenFault`. */
  readonly faults?: readonly TokenFault[];
}

/** What a token is, as RFC 7662 §2.2 says it. */
export interface Introspection {
  readonly active: boolean;
  readonly sub?: string;
  readonly scope?: string;
  readonly exp?: number;
}

/** The running server. Any login name is an account: `ada` is `Ada`, `ada@acme.example`. */
export interface AuthorizationServer {
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly revocationUrl: string;
  readonly userinfoUrl: string;
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

async function configuration(options: AuthorizationServerOptions) {
  const clientAuthentication = options.clientAuthentication ?? "client_secret_post";
  return {
    clients: [
      {
        client_id: CLIENT.client_id,
        ...(clientAuthentication === "none" ? {} : { client_secret: CLIENT.client_secret }),
        token_endpoint_auth_method: clientAuthentication,
        grant_types: ["authorization_code", "refresh_token"],
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
