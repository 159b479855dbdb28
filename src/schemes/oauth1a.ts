import type { AuthScheme } from "../ports/auth-scheme.js";
import type { OAuth1Settings } from "../ports/scheme-settings/oauth1.js";
import { oauth1aSettings } from "../ports/scheme-settings/oauth1.js";
import type { OAuth1Credentials } from "./internal/oauth1/credentials.js";
import { oauth1Scheme } from "./internal/oauth1/scheme.js";
import { parseSettings } from "./internal/parse-settings.js";

export type { OAuth1Credentials } from "./internal/oauth1/credentials.js";

/**
 * OAuth 1.0 Revision A (RFC 5849): temporary credentials with the callback, the user's consent, a verifier, the token;
 * each request is signed. The callback is known by a `state` in its URL, or by `oauth_token`.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ storage, apps, schemes: [oauth1a()] });
 * ```
 */
export function oauth1a(): AuthScheme<OAuth1Settings, OAuth1Credentials> {
  return oauth1Scheme("OAUTH1A", (settings) => parseSettings(oauth1aSettings(), "OAUTH1A", settings));
}
