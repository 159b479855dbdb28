import type { Grant, ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { AuthorizationServer } from "./authorization-server.js";
import { clientSecrets } from "./client.js";
import { askedScopes, clientCredentials } from "./client-credentials.js";
import { asClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { serverFor } from "./server-for.js";
import { renewByOwnRequest } from "./token-exchanges.js";
import { requestTokens, withResources } from "./token-request.js";

/**
 * Renews the access token: with the refresh token (RFC 6749 §6), which stays valid and is kept when the answer leaves
 * it out; or with the client alone, where the token was the client's own. Null when there is nothing to renew with.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED`, `TOKEN_REFRESH_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function refreshTokens(
  given: SchemeContext<OAuth2Settings>,
  credentials: OAuth2Credentials,
  memory: Memory,
): Promise<Grant<OAuth2Credentials> | null> {
  const { refresh_token, client, dpop_key } = credentials;
  const context = asClient(given, client);
  const { settings } = context;
  if (settings.grantType === "client_credentials") {
    const scopes = askedScopes(credentials);
    return clientCredentials(context, memory, { operation: "refresh", scopes, client, dpop_key });
  }
  if (settings.refreshRequest !== null)
    return renewByOwnRequest(context, settings.refreshRequest, credentials);
  if (refresh_token === undefined) return null;
  return refreshWith(context, memory, { refresh_token, credentials, parameters: settings.refreshParams });
}

/** RFC 6749 §6, with one refresh token. */
export async function refreshWith(
  context: SchemeContext<OAuth2Settings>,
  memory: Memory,
  options: {
    readonly refresh_token: string;
    readonly parameters: ParamValues;
    /** What there was, for what the answer leaves out. */
    readonly credentials: OAuth2Credentials;
  },
): Promise<Grant<OAuth2Credentials>> {
  const { refresh_token, credentials } = options;
  const { access_token, client, dpop_key } = credentials;
  const secrets = [...clientSecrets(context), refresh_token, access_token];
  const call = { operation: "refresh", appName: context.app.name, secrets } as const;
  const server = renewedAt(await serverFor(context, memory, call), context);
  const parameters = withResources(context, options.parameters);
  return requestTokens(context, memory, {
    call,
    server,
    // An ID token says who signed in then, not now; failing over it would lose a rotated refresh token.
    keepIdToken: false,
    before: credentials,
    kept: { client, dpop_key },
    send: (openid, configuration) => openid.refreshTokenGrant(configuration, refresh_token, parameters),
  });
}

/** The server, with the endpoint where this provider renews tokens. */
function renewedAt(server: AuthorizationServer, context: SchemeContext<OAuth2Settings>): AuthorizationServer {
  const { refreshUrl } = context.settings;
  if (refreshUrl === null) return server;
  const token_endpoint = endpointUrl("refreshUrl", refreshUrl, context.params);
  return { ...server, metadata: { ...server.metadata, token_endpoint } };
}
