import { createRequest } from "../http/request.js";
import { fillEndpoint } from "../internal/fill-endpoint.js";
import type { AnyAuthScheme, SchemeContext } from "../ports/auth-scheme.js";
import type { FollowUpRequest } from "../ports/follow-up.js";
import type { RequestFunction, RequestOptions } from "../ports/request.js";
import { endpointsSoFar } from "./app-endpoints.js";
import { appHeaders } from "./app-headers.js";
import { secretsIn } from "./secrets-in.js";

/** More than any answer about an account or a list of tenants has. */
const MAX_RESPONSE_BYTES = 1_000_000;
const TIMEOUT_MS = 15_000;

/** A request of the app's own, its path filled in from the params, with credentials that are not stored yet. */
export function requestWith(
  scheme: AnyAuthScheme,
  known: SchemeContext<unknown>,
  credentials: unknown,
): RequestFunction {
  const { app, params, runtime } = known;
  const opened = {
    ...endpointsSoFar(app, params),
    headers: appHeaders(app, params),
    rateLimit: app.rateLimit,
    redirectHosts: app.redirectHosts,
    apply: (request: Request) => scheme.apply(request, credentials, known),
    isChallenge: (response: Response, request: Request) =>
      scheme.isChallenge?.(response, request, credentials) ?? false,
    accepted: () => {},
    renew: async () => null,
    secrets: () => secretsIn(scheme, known, credentials),
  };
  const request = createRequest({ open: async () => opened }, runtime, {
    maxResponseBytes: MAX_RESPONSE_BYTES,
  });
  const filled = (path: string | URL) => (typeof path === "string" ? fillEndpoint(path, params) : path);
  return (path, options) => request(filled(path), { timeout: TIMEOUT_MS, signal: known.signal, ...options });
}

/** The JSON answer to one of the app's own requests. */
export function ask(
  request: RequestFunction,
  { url, method, headers, json }: Pick<FollowUpRequest, "url" | "method" | "headers" | "json">,
  options: Pick<RequestOptions, "retry"> = {},
): Promise<unknown> {
  const sent = { ...options, method, headers };
  return request(url, json === undefined ? sent : { ...sent, json }).json();
}
