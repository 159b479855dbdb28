import type { CredentialSource } from "../ports/request.js";
import type { Fetch, Runtime } from "../ports/runtime.js";
import { createExchange } from "./exchange.js";
import type { Observation } from "./observed-call.js";
import { observedCall } from "./observed-call.js";
import { createTrail } from "./trail.js";

/** Settings of {@link createAuthenticatedFetch}. */
export interface AuthenticatedFetchOptions {
  /** Cap of one response's body, in bytes: reading further fails with `RESPONSE_TOO_LARGE`. Default: none. */
  readonly maxResponseBytes?: number | undefined;
  /** Who watches. Default: nobody. */
  readonly observation?: Observation | undefined;
}

/**
 * A `fetch` with a connection's credentials. Relative strings go to the app's base URL, absolute URLs only to its
 * declared origins. A 401 renews the credentials and is tried once more. Redirects are followed by the rules of the
 * fetch standard; to another origin without anything the credentials added, for the rest of the chain. Answers of
 * any status are returned.
 *
 * @throws RequestError `URL_FORBIDDEN`, `REQUEST_FAILED` (retryable when there was no answer), `RESPONSE_TOO_LARGE`
 * @throws ValidationError when no request can be made of the arguments
 * @throws whatever the source throws, and the signal's reason when it is aborted
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 * @example
 * ```ts
 * const fetch = createAuthenticatedFetch(source, runtime);
 * const response = await fetch("/user/repos?per_page=5");
 * ```
 */
export function createAuthenticatedFetch(
  source: CredentialSource,
  runtime: Runtime,
  options: AuthenticatedFetchOptions = {},
): Fetch {
  const exchange = createExchange(source, runtime, options);
  return async (input, init) => {
    const isRequest = typeof input === "object" && input !== null && !(input instanceof URL);
    const method = init?.method ?? (isRequest ? input.method : "GET");
    const trail = createTrail(String(method).toUpperCase(), isRequest ? input.url : input);
    return observedCall(options.observation, trail, () => exchange({ input, init, trail }));
  };
}
