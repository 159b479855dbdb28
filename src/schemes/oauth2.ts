import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import type { AuthScheme } from "../ports/auth-scheme.js";
import type { OAuth2Settings } from "../ports/scheme-settings.js";
import { oauth2Settings } from "../ports/scheme-settings.js";
import { authorizationRequest } from "./oauth2/authorization-request.js";
import { authorizationServer } from "./oauth2/authorization-server.js";
import type { OAuth2Credentials } from "./oauth2/credentials.js";
import { parseCredentials, secretsOf } from "./oauth2/credentials.js";
import { createDiscovery } from "./oauth2/discovery.js";
import { exchangeCode } from "./oauth2/exchange-code.js";
import { refreshTokens } from "./oauth2/refresh-tokens.js";
import { revokeGrant } from "./oauth2/revocation.js";

export type { OAuth2Credentials } from "./oauth2/credentials.js";

function parseSettings(settings: unknown): OAuth2Settings {
  const parsed = oauth2Settings.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `The OAUTH2 settings are wrong: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}

/**
 * OAuth 2.0: authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636), refresh (§6), revocation (RFC 7009),
 * discovery (OpenID Connect Discovery 1.0, RFC 8414) and issuer identification (RFC 9207). How a provider deviates is
 * said in the app's settings. An instance remembers what it has discovered, for an hour.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ storage, apps, schemes: [oauth2()] });
 * ```
 */
export function oauth2(): AuthScheme<OAuth2Settings, OAuth2Credentials> {
  const discovery = createDiscovery();
  return {
    name: "OAUTH2",
    parseSettings,
    parseCredentials,
    integrationParams: (_app, settings, defaults) => [
      {
        name: "client_id",
        displayName: "Client id",
        description: "Client id of the app",
        required: true,
        secret: false,
        default: null,
        aliases: [],
        pattern: null,
      },
      {
        name: "client_secret",
        displayName: "Client secret",
        description: "Client secret of the app",
        required: settings.clientAuthentication !== "none",
        secret: true,
        default: null,
        aliases: [],
        pattern: null,
      },
      {
        name: "oauth_redirect_uri",
        displayName: "Redirect URI",
        description: "Add this Redirect URL to your app's OAuth allow list.",
        required: false,
        secret: false,
        default: defaults.callbackUrl,
        aliases: [],
        pattern: null,
      },
      {
        name: "scopes",
        displayName: "Scopes",
        description: "Scopes to request from the user, comma separated",
        required: false,
        secret: false,
        default: settings.scopes.join(","),
        aliases: [],
        pattern: null,
      },
    ],
    connectionParams: () => [],
    async start(context) {
      const server = await authorizationServer(context, discovery);
      return { kind: "redirect", ...(await authorizationRequest(context, server)) };
    },
    complete: (context, callback) => exchangeCode(context, callback, discovery),
    refresh: (context, credentials) => refreshTokens(context, credentials, discovery),
    revoke: (context, credentials) => revokeGrant(context, credentials, discovery),
    expiresAt: ({ expires_at }) => (expires_at === undefined ? null : new Date(expires_at)),
    refreshMarginMs: ({ refreshMarginSeconds }) =>
      refreshMarginSeconds === null ? null : refreshMarginSeconds * 1000,
    secrets: secretsOf,
    apply(request, { access_token }) {
      request.headers.set("authorization", `Bearer ${access_token}`);
      return request;
    },
  };
}
