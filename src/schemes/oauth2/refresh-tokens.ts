import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { clientSecrets, configureClient } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Discovery } from "./discovery.js";
import { credentialsOf, grantError } from "./grant.js";
import { splitScopes } from "./scopes.js";
import { serverFor } from "./server-for.js";
import { tokenEndpoint } from "./token-endpoint.js";

/**
 * Renews the access token (RFC 6749 §6). A refresh token the answer leaves out stays valid and is kept. Null when
 * there is none.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED`, `TOKEN_REFRESH_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function refreshTokens(
  context: SchemeContext<OAuth2Settings>,
  credentials: OAuth2Credentials,
  discovery: Discovery,
): Promise<Grant<OAuth2Credentials> | null> {
  const { access_token, refresh_token } = credentials;
  if (refresh_token === undefined) return null;
  const secrets = [...clientSecrets(context), refresh_token, access_token];
  const call = { operation: "refresh", appName: context.app.name, secrets } as const;
  const server = await serverFor(context, discovery, call);
  // An ID token says who signed in then, not now; failing over it would lose a rotated refresh token.
  const endpoint = tokenEndpoint(context, { call, keepIdToken: false });
  const { client, configuration } = await configureClient(context, server, endpoint.fetch);
  const sentAt = context.runtime.clock.now();
  try {
    const tokens = await client.refreshTokenGrant(
      configuration,
      refresh_token,
      context.settings.refreshParams,
    );
    return {
      credentials: credentialsOf(tokens, sentAt, credentials),
      params: endpoint.metadata(),
      scopes: tokens.scope === undefined ? undefined : splitScopes(tokens.scope, " "),
    };
  } catch (error) {
    throw grantError(error, call);
  }
}
