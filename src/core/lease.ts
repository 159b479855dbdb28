import { TokenError } from "../errors.js";
import type { CoreContext } from "./context.js";

/** How long a lease lasts unless renewed: longer than a token request's timeout (15 s). */
const LEASE_TTL_MS = 30_000;

/** A holder that dies is waited out: its lease, and one more. */
export const MAX_LEASE_WAIT_MS = 2 * LEASE_TTL_MS;
const POLL_MS = 50;

/** The lease on a connection's grant: renewing and revoking it exclude each other. */
export function grantLease(connectionId: string): string {
  return `refresh:${connectionId}`;
}

/** A lease that is held. */
export interface HeldLease {
  /** Gives it up. Never throws: a lease that cannot be released expires. */
  release(): Promise<void>;
}

/**
 * Takes a lease and keeps renewing it until it is released; null when another owner has it.
 *
 * @throws StorageError
 */
export async function takeLease(context: CoreContext, key: string): Promise<HeldLease | null> {
  const { clock, logger } = context.runtime;
  const { leases } = context.storage;
  const owner = context.newId();
  const request = { key, owner, ttlMs: LEASE_TTL_MS };
  if ((await leases.acquire(request)) === "held") return null;

  const released = new AbortController();
  const keepAlive = async (): Promise<void> => {
    while (!released.signal.aborted) {
      await clock.sleep(LEASE_TTL_MS / 3, released.signal);
      if (!(await leases.renew(request))) return;
    }
  };
  keepAlive().catch((error: unknown) => {
    // A missed renewal is not the end: what follows is guarded by compare-and-swap.
    if (!released.signal.aborted) logger.warn("renewing a lease failed", { key, error: nameOf(error) });
  });
  return {
    async release() {
      released.abort();
      try {
        await leases.release({ key, owner });
      } catch (error) {
        logger.warn("releasing a lease failed, it will expire", { key, error: nameOf(error) });
      }
    },
  };
}

/** Waits a little before the next look at what another holder does. */
export function pauseForLease({ runtime }: CoreContext): Promise<void> {
  return runtime.clock.sleep(POLL_MS * (1 + Math.random()));
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
  const { clock } = context.runtime;
  const giveUpAt = clock.now() + MAX_LEASE_WAIT_MS;
  do {
    const lease = await takeLease(context, grantLease(connectionId));
    if (lease !== null) return work().finally(() => lease.release());
    await pauseForLease(context);
  } while (clock.now() < giveUpAt);
  throw new TokenError(
    "TOKEN_REVOKE_FAILED",
    `Another process is taking too long to refresh connection ${connectionId}.`,
    { retryable: true },
  );
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
