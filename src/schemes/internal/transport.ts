import { readText } from "../../http/read-limited.js";
import type { Fetch } from "../../ports/runtime.js";

/** Named, since GitHub and Reddit refuse requests without one. */
export const USER_AGENT = "mooring";

/** Unless the caller says otherwise, as a refresh does: giving up on one may lose the rotated refresh token. */
const TIMEOUT_MS = 15_000;
const MAX_BYTES = 1_000_000;

/** A request of the protocol, ready to go out. */
export interface ProtocolRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Why there is no usable answer. */
export type ProtocolFailure =
  | { readonly kind: "redirect" | "too-large"; readonly status: number }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | { readonly kind: "cancelled" | "network"; readonly cause: unknown };

/** What came of a request: an answer of whatever status, or why there is none. */
export type ProtocolAnswer =
  | { readonly kind: "answer"; readonly response: Response; readonly text: string }
  | ProtocolFailure;

/**
 * Sends one request to an authorization server: within 15 seconds unless told otherwise, and for at most 1 MB. No
 * redirect is followed, since what is sent are a client's and a user's secrets. Never rejects.
 */
export async function send(
  request: ProtocolRequest,
  options: {
    readonly fetch: Fetch;
    readonly signal: AbortSignal | undefined;
    readonly timeoutMs?: number | undefined;
  },
): Promise<ProtocolAnswer> {
  const { url, method, headers, body } = request;
  const { timeoutMs = TIMEOUT_MS } = options;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const signal =
    options.signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, options.signal]);
  try {
    const init = { method, headers, redirect: "manual", signal } as const;
    const response = await options.fetch(url, body === undefined ? init : { ...init, body });
    const { status } = response;
    if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
      // Not waited for: a body an interceptor reads a copy of is let go when that one is done.
      response.body?.cancel().catch(() => undefined);
      return { kind: "redirect", status };
    }
    const { text, truncated } = await readText(response, MAX_BYTES);
    return truncated ? { kind: "too-large", status } : { kind: "answer", response, text };
  } catch (cause) {
    if (options.signal?.aborted === true) return { kind: "cancelled", cause };
    return timeout.signal.aborted ? { kind: "timeout", timeoutMs } : { kind: "network", cause };
  } finally {
    clearTimeout(timer);
  }
}
