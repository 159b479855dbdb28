import type { ParamValues } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { OAuth2Credentials } from "./credentials.js";

/** The token a request is made with: a further one's for what is below its URLs, else the connection's own. */
export function tokenFor(
  url: string,
  { access_token, further }: OAuth2Credentials,
  { settings, params }: { readonly settings: OAuth2Settings; readonly params: ParamValues },
): string {
  if (further === undefined) return access_token;
  for (const [name, { urls }] of Object.entries(settings.furtherTokens)) {
    const token = further[name]?.access_token;
    if (token === undefined) continue;
    const field = `furtherTokens.${name}.urls`;
    // A host alone is given its slash, so that it is no beginning of another host.
    const below = urls.map((prefix) => new URL(endpointUrl(field, prefix, params)).href);
    if (below.some((prefix) => url.startsWith(prefix))) return token;
  }
  return access_token;
}
