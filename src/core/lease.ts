import { answerWithin } from "./answer-within.js";
import type { CoreContext } from "./context.js";
import { startStopwatch } from "./stopwatch.js";

/** So many times within its term a lease is renewed. */
const RENEWALS_PER_TERM = 4;
/** The part of its term a lease must have left for something to be begun that no one else may do meanwhile. */
const SURE_SHARE = 0.5;

/** Longer no storage that is well takes to say who has a lease. After a whole term what it says would be too late. */
const MAX_ANSWER_MS = 5_000;

/** A lease that was taken. */
export interface HeldLease {
  /** Whether its former owner may have let it lapse: it died, was paused, or could not reach the storage. */
  readonly takenOver: boolean;
  /**
   * Whether it is sure that no one else can have it, for half a term to come. False after the process was paused, or
   * when renewals failed for long.
   */
  isSurelyHeld(): boolean;
  /** Gives it up. Never throws: a lease that cannot be released lapses. */
  release(): Promise<void>;
}

/**
 * A way to take one lease, again and again until it is there; null while another owner has it. Once taken it is renewed
 * until it is released.
 *
 * @throws StorageError; if this try took the lease without being told, the next one has it
 */
export function leaseTaker(context: CoreContext, key: string): () => Promise<HeldLease | null> {
  const { leases } = context.storage;
  const { leaseMs: ttlMs } = context.refresh;
  const milliseconds = Math.min(ttlMs, MAX_ANSWER_MS);
  const within = <Value>(operation: string, work: Promise<Value>) =>
    answerWithin(context, { milliseconds, operation }, work);
  let unsure: string | null = null;
  return async () => {
    const sinceAsked = startStopwatch(context.runtime.clock);
    if (unsure !== null) {
      const request = { key, owner: unsure, ttlMs };
      // Not given up and taken again: that it was taken over, which it may have been, would be forgotten.
      const isOurs = await within("leases.renew", leases.renew(request));
      unsure = null;
      if (isOurs) return holdLease(context, request, { takenOver: true, sinceAcquired: sinceAsked });
    }
    const owner = context.newId();
    unsure = owner;
    const outcome = await within("leases.acquire", leases.acquire({ key, owner, ttlMs }));
    unsure = null;
    if (outcome === "held") return null;
    const takenOver = outcome === "taken-over";
    return holdLease(context, { key, owner, ttlMs }, { takenOver, sinceAcquired: sinceAsked });
  };
}

function holdLease(
  context: CoreContext,
  request: { readonly key: string; readonly owner: string; readonly ttlMs: number },
  { takenOver, sinceAcquired }: { readonly takenOver: boolean; readonly sinceAcquired: () => number },
): HeldLease {
  const { clock, logger } = context.runtime;
  const { leases } = context.storage;
  const { key, owner, ttlMs } = request;
  const termPart = ttlMs / RENEWALS_PER_TERM;
  const within = <Value>(operation: string, work: Promise<Value>) =>
    answerWithin(context, { milliseconds: termPart, operation }, work);
  const released = new AbortController();
  let sinceRenewed = sinceAcquired;
  let isLost = false;

  const keepAlive = async (): Promise<void> => {
    while (!isLost) {
      await clock.sleep(termPart, released.signal);
      const sinceAsked = startStopwatch(clock);
      try {
        if (await within("leases.renew", leases.renew(request))) sinceRenewed = sinceAsked;
        else isLost = true;
      } catch (error) {
        // Tried again: a lease that has lapsed is still this owner's until someone takes it.
        if (!released.signal.aborted) logger.warn("renewing a lease failed", { key, error: nameOf(error) });
      }
    }
    if (!released.signal.aborted) logger.warn("a lease was lost to another process", { key });
  };
  keepAlive().catch((error: unknown) => {
    if (!released.signal.aborted) logger.warn("keeping a lease failed", { key, error: nameOf(error) });
  });
  return {
    takenOver,
    isSurelyHeld: () => !isLost && !released.signal.aborted && sinceRenewed() < ttlMs * SURE_SHARE,
    async release() {
      released.abort();
      try {
        await within("leases.release", leases.release({ key, owner }));
      } catch (error) {
        logger.warn("releasing a lease failed, it will lapse", { key, error: nameOf(error) });
      }
    },
  };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
