import type { RequestError } from "../errors.js";
import { isTransient, retryDelayMs } from "./retry-policy.js";

/** How to go on after a first failure. */
export interface RetryOptions {
  readonly method: string;
  readonly signal: AbortSignal | undefined;
  /** How often to try again, at least once. */
  readonly limit: number;
  readonly attempt: () => Promise<Response>;
}

/** ky wants a URL, and each attempt finds its own. Nothing is sent there. */
const PLACEHOLDER = "https://mooring.invalid/";

let loading: Promise<typeof import("ky")> | undefined;
function loadKy(): Promise<typeof import("ky")> {
  loading ??= import("ky");
  return loading;
}

/**
 * Tries again what failed, by ky's retry loop. Most calls never fail: entering it with the failure instead of the call
 * keeps ky's own Request, its clone and its loading out of their way.
 *
 * @throws the last attempt's error, and the signal's reason when it is aborted
 */
export async function retry(failure: RequestError, options: RetryOptions): Promise<Response> {
  const { method, signal, limit, attempt } = options;
  const { default: ky } = await loadKy();
  let pending: RequestError | null = failure;
  let last = failure;
  return ky(PLACEHOLDER, {
    method,
    ...(signal === undefined ? {} : { signal }),
    // Both are the attempt's, which knows the credentials and what must not be shown.
    timeout: false,
    throwHttpErrors: false,
    retry: {
      limit,
      shouldRetry({ error }) {
        if (!isTransient(error)) return false;
        last = error;
        return true;
      },
      delay: (count) => retryDelayMs(last, count),
    },
    fetch() {
      const known = pending;
      pending = null;
      return known === null ? attempt() : Promise.reject(known);
    },
  });
}
