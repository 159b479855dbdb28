import type { Fetch } from "../../ports/runtime.js";

/** Less than the lease a refresh holds (30 s), so that nobody else spends the same refresh token meanwhile. */
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
  | { readonly kind: "timeout" | "cancelled" | "network"; readonly cause: unknown };

/** What came of a request: an answer of whatever status, or why there is none. */
export type ProtocolAnswer =
  | { readonly kind: "answer"; readonly status: number; readonly headers: Headers; readonly text: string }
  | ProtocolFailure;

/** Lets a body go. Not waited for: a body someone else reads a copy of (an interceptor) is let go when they are done. */
function discard(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => undefined);
}

/** The body as text; null when it is longer than any answer of this protocol. */
async function readText(response: Response): Promise<string | null> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_BYTES) {
      discard(reader);
      return null;
    }
    text += decoder.decode(value, { stream: true });
  }
}

/**
 * Sends one request to an authorization server: at most 15 seconds and 1 MB, and no redirect is followed, since what
 * is sent are a client's and a user's secrets. Never rejects.
 */
export async function send(
  request: ProtocolRequest,
  options: { readonly fetch: Fetch; readonly signal: AbortSignal | undefined },
): Promise<ProtocolAnswer> {
  const { url, method, headers, body } = request;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), TIMEOUT_MS);
  const signal =
    options.signal === undefined ? timeout.signal : AbortSignal.any([timeout.signal, options.signal]);
  try {
    const init = { method, headers, redirect: "manual", signal } as const;
    const response = await options.fetch(url, body === undefined ? init : { ...init, body });
    const { status } = response;
    if (response.type === "opaqueredirect" || (status >= 300 && status < 400)) {
      discard(response.body);
      return { kind: "redirect", status };
    }
    const text = await readText(response);
    return text === null
      ? { kind: "too-large", status }
      : { kind: "answer", status, headers: response.headers, text };
  } catch (cause) {
    if (options.signal?.aborted === true) return { kind: "cancelled", cause };
    return { kind: timeout.signal.aborted ? "timeout" : "network", cause };
  } finally {
    clearTimeout(timer);
  }
}
