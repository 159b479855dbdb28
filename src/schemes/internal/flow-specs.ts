import type { ParamSpec } from "../../ports/auth-scheme.js";

const optional = { required: false, secret: false, aliases: [], pattern: null } as const;

/** RFC 6749 §3.1.2: an absolute URI without a fragment. */
const REDIRECT_URI = "[A-Za-z][A-Za-z0-9+.-]*:[^\\s#]+";

/**
 * Where the provider sends the browser back to.
 *
 * @param callbackUrl the toolset's; null for none
 * @param options.or a word the protocol has for no URL
 */
export const redirectUriSpec = (
  callbackUrl: string | null,
  options: { readonly or?: string } = {},
): ParamSpec => ({
  ...optional,
  name: "oauth_redirect_uri",
  displayName: "Redirect URI",
  description: "Add this Redirect URL to your app's OAuth allow list.",
  default: callbackUrl,
  pattern: options.or === undefined ? REDIRECT_URI : `${options.or}|${REDIRECT_URI}`,
});

/** What the user is asked to agree to. @param scopes the app's */
export const scopesSpec = (scopes: readonly string[]): ParamSpec => ({
  ...optional,
  name: "scopes",
  displayName: "Scopes",
  description: "Scopes to request from the user, comma separated",
  default: scopes.join(","),
});
