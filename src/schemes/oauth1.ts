import type { AuthScheme } from "../ports/auth-scheme.js";
import type { OAuth1Settings } from "../ports/scheme-settings/oauth1.js";
import { oauth1Settings } from "../ports/scheme-settings/oauth1.js";
import type { OAuth1Credentials } from "./internal/oauth1/credentials.js";
import { oauth1Scheme } from "./internal/oauth1/scheme.js";
import { parseSettings } from "./internal/parse-settings.js";

export type { OAuth1Credentials } from "./internal/oauth1/credentials.js";

/**
 * OAuth 1.0 (RFC 5849) with providers that stayed before Revision A, or left parts of it out: the user may come back
 * without a verifier, the callback may be said in the authorization URL. Each request is signed: HMAC-SHA1, HMAC-SHA256,
 * RSA-SHA1 or PLAINTEXT. With `tokens: "given"` the user brings token and secret, and no browser is needed.
 *
 * @example
 * ```ts
 * const authSchemes = [
 *   {
 *     scheme: "OAUTH1",
 *     requestTokenUrl: "https://trello.com/1/OAuthGetRequestToken",
 *     authorizationUrl: "https://trello.com/1/OAuthAuthorizeToken",
 *     accessTokenUrl: "https://trello.com/1/OAuthGetAccessToken",
 *     authorizationParams: { name: "Acme", expiration: "never" },
 *   },
 * ];
 * ```
 */
export function oauth1(): AuthScheme<OAuth1Settings, OAuth1Credentials> {
  return oauth1Scheme("OAUTH1", (settings) => parseSettings(oauth1Settings(), "OAUTH1", settings));
}
