import { fillText } from "../../internal/templates.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { placeToken } from "../internal/place-token.js";

const STANDARD = "Bearer {token}";

/**
 * Puts an access token into a request, as RFC 6750 §2.1 says or as the provider wants it, with what goes along.
 *
 * @throws MissingValue when a header's placeholder has no value
 */
export function applyToken(
  request: Request,
  token: string,
  { settings, values }: { readonly settings: OAuth2Settings; readonly values: ParamValues },
): Request | Promise<Request> {
  const { accessToken, requestHeaders } = settings;
  for (const [name, template] of Object.entries(requestHeaders)) {
    request.headers.set(name, fillText(template, values));
  }
  if (accessToken.in !== "header" || accessToken.template !== STANDARD) {
    return placeToken(request, accessToken, { ...values, token });
  }
  request.headers.set(accessToken.name, `Bearer ${token}`);
  return request;
}
