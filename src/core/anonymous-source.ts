import type { CredentialSource, OpenedCredentials } from "../ports/request.js";
import { appEndpoints } from "./app-endpoints.js";
import { appHeaders } from "./app-headers.js";
import type { CoreContext } from "./context.js";

/**
 * Requests to an app that can be used without a connection; null when it cannot: no scheme of it is anonymous, or its
 * base URL depends on the user.
 */
export function anonymousSource(context: CoreContext, slug: string): CredentialSource | null {
  const { app } = context.apps.schemes(slug)[0] ?? {};
  const open = context.apps.schemes(slug).find(({ scheme }) => scheme.anonymous !== undefined);
  const credentials = open?.scheme.anonymous?.();
  if (app === undefined || open === undefined || app.connectionParams.length > 0) return null;
  const known = { app, settings: open.settings, config: {}, params: {}, runtime: context.runtime };
  const opened: OpenedCredentials = {
    ...appEndpoints(app, {}),
    headers: appHeaders(app, {}),
    rateLimit: app.rateLimit,
    redirectHosts: app.redirectHosts,
    apply: (request) => open.scheme.apply(request, credentials, known),
    isChallenge: () => false,
    accepted: () => {},
    renew: async () => null,
    secrets: () => [],
  };
  return { open: async () => opened };
}
