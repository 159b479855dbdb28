import type { Runtime } from "../ports/runtime.js";
import type { HeldLease } from "./lease.js";

/**
 * Discovery spends nothing, and may go out at any time; other refreshes may be waiting for it. It is told by its path (RFC
 * 8414 §3, RFC 8615): of any other GET, a header or the query may hold a token.
 */
function isHarmless(input: string | URL | Request, method: string): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const url = input instanceof Request ? input.url : String(input);
  return url.includes("/.well-known/") && !url.includes("?");
}

/** Lets a refresh token go out only while its lease is surely held. */
export interface RefreshGuard {
  /** For the scheme's refresh. */
  readonly runtime: Runtime;
  /** Whether the request was held back: nothing has been spent then. */
  wasHeldBack(): boolean;
  /** Whether the refresh token may be spent: it has gone out, or the scheme has ways of its own to send it. */
  mayBeSpent(): boolean;
}

/**
 * Guards one token request. A process may be paused at any moment for longer than its lease lasts, and another one have
 * spent the refresh token by then: so the lease is looked at last, with nothing awaited before `fetch` is called. Once
 * something has gone out, what follows may too.
 */
export function guardRefresh(runtime: Runtime, lease: HeldLease): RefreshGuard {
  let requests = 0;
  let isSent = false;
  let isHeldBack = false;
  return {
    wasHeldBack: () => isHeldBack,
    mayBeSpent: () => isSent || requests === 0,
    runtime: {
      ...runtime,
      async fetch(input, init) {
        requests += 1;
        const method = init?.method ?? (input instanceof Request ? input.method : "GET");
        if (!isHarmless(input, method.toUpperCase())) {
          isHeldBack = !isSent && !lease.isSurelyHeld();
          if (isHeldBack) throw new Error("The lease was lost before the refresh token was sent.");
          isSent = true;
        }
        return runtime.fetch(input, init);
      },
    },
  };
}
