import type { ParamSpec } from "../../ports/auth-scheme.js";

const optional = { required: false, secret: false, aliases: [], pattern: null } as const;

/** Where the provider sends the browser back to. @param callbackUrl the toolset's; null for none */
export const redirectUriSpec = (callbackUrl: string | null): ParamSpec => ({
  ...optional,
  name: "oauth_redirect_uri",
  displayName: "Redirect URI",
  description: "Add this Redirect URL to your app's OAuth allow list.",
  default: callbackUrl,
});

/** What the user is asked to agree to. @param scopes the app's */
export const scopesSpec = (scopes: readonly string[]): ParamSpec => ({
  ...optional,
  name: "scopes",
  displayName: "Scopes",
  description: "Scopes to request from the user, comma separated",
  default: scopes.join(","),
});
