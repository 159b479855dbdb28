import { ValidationError } from "../errors.js";
import type { CoreContext } from "./context.js";

/**
 * Where a user lands after a flow: a path of the host's, or a URL the host allows.
 *
 * @throws ValidationError when it is neither: an open redirect would carry users away
 */
export function checkRedirectUrl(context: CoreContext, redirectUrl: string | null): string | null {
  if (redirectUrl === null) return null;
  const base = context.callbackUrl ?? undefined;
  const url = URL.canParse(redirectUrl, base) ? new URL(redirectUrl, base) : null;
  const allowed = url !== null && context.allowedRedirectUrls.some((entry) => matches(url, new URL(entry)));
  if (url !== null && isCallback(url, context.callbackUrl)) {
    throw new ValidationError(
      "`redirectUrl` is the callback URL: users would come back to it a second time.",
      {
        issues: [{ path: "redirectUrl", message: "expected where the user lands after the flow" }],
        hint: "The provider's redirect URI is the toolset's `callbackUrl`, or the integration's `oauth_redirect_uri`.",
      },
    );
  }
  if (url !== null && allowed && url.username === "" && url.password === "") return url.href;
  throw new ValidationError("`redirectUrl` is not a URL this toolset may send users to.", {
    issues: [
      {
        path: "redirectUrl",
        message: `expected a URL below ${context.allowedRedirectUrls.join(", ") || "(none)"}`,
      },
    ],
    hint: "Add its origin to the toolset's `allowedRedirectUrls`; by default only the origin of `callbackUrl` is allowed.",
  });
}

function isCallback(url: URL, callbackUrl: string | null): boolean {
  const callback = callbackUrl === null ? null : new URL(callbackUrl);
  return callback !== null && url.origin === callback.origin && url.pathname === callback.pathname;
}

function matches(url: URL, allowed: URL): boolean {
  const prefix = allowed.pathname.endsWith("/") ? allowed.pathname : `${allowed.pathname}/`;
  return url.origin === allowed.origin && `${url.pathname}/`.startsWith(prefix);
}
