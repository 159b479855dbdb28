import { TokenError } from "../errors.js";
import type { CoreContext } from "./context.js";
import { leaseTaker } from "./lease.js";
import { startStopwatch } from "./stopwatch.js";

const MIN_POLL_MS = 50;
const MAX_POLL_MS = 1_000;

/** The lease on a connection's grant: renewing and revoking it exclude each other. */
export function grantLease(connectionId: string): string {
  return `refresh:${connectionId}`;
}

/** How long others wait for a holder: a token request and its second try, and a lease that has to lapse. */
export function maxLeaseWaitMs({ refresh }: CoreContext): number {
  return 2 * refresh.leaseMs + refresh.timeoutMs;
}

/** Waits before the next look at what another holder does: the longer it has taken, the longer. */
export function pauseForLease({ runtime }: CoreContext, waitedMs: number): Promise<void> {
  const pause = Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, waitedMs / 4));
  return runtime.clock.sleep(pause * (0.75 + Math.random() / 2));
}

/**
 * Runs work while no one else renews or revokes a connection's grant.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED` (retryable) when another holder does not let go: the work was not begun
 */
export async function withGrantLease<Value>(
  context: CoreContext,
  connectionId: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const waited = startStopwatch(context.runtime.clock);
  const take = leaseTaker(context, grantLease(connectionId));
  do {
    const lease = await take();
    if (lease !== null) return work().finally(() => lease.release());
    await pauseForLease(context, waited());
  } while (waited() < maxLeaseWaitMs(context));
  throw new TokenError(
    "TOKEN_REVOKE_FAILED",
    `Another process is taking too long to refresh connection ${connectionId}.`,
    { retryable: true },
  );
}
