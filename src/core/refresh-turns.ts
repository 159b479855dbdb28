import { StorageError, TokenError } from "../errors.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import type { ConnectionKey } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import type { CoreContext } from "./context.js";
import { durably, isStorageAway } from "./durably.js";
import { grantLease, maxLeaseWaitMs, pauseForLease } from "./grant-lease.js";
import type { HeldLease } from "./lease.js";
import { leaseTaker } from "./lease.js";
import { connectionAttributes } from "./observation.js";
import type { OpenedRow } from "./opened-row.js";
import { openRow } from "./opened-row.js";
import type { Refreshed, RefreshNeed } from "./refresh-flights.js";
import { startStopwatch } from "./stopwatch.js";
import { renewTokens } from "./token-renewal.js";

/** Refreshes that take turns with those of all other processes. */
export interface RefreshTurns {
  /** What a provider that failed, or asked to be left alone, is not asked again before; null when it may be. */
  restOf(connectionId: string): TokenError | null;
  /**
   * Renews a grant under its lease, or waits for the process that does. Null when it cannot be renewed.
   *
   * @throws TokenError, StorageError when the storage stays away
   */
  take(key: ConnectionKey, need: RefreshNeed): Promise<Refreshed>;
}

const MAX_REMEMBERED = 10_000;
/**
 * After a takeover the row is read this much later, or half a term: the former owner may only have been cut off from the
 * storage, like everyone, and is about to store what it was given. Some clients take two seconds to connect again.
 */
const SETTLE_MS = 3_000;

/**
 * How long in a row a storage that is away is waited for before anything was sent: as a database takes to fail over, and
 * less than the 30 seconds of a request.
 */
const AWAY_PATIENCE_MS = 15_000;

/** How often one turn goes on after its own lease was lost, though its time is up. */
const MAX_LOST = 3;

interface Look {
  /** Null while another process has it. */
  readonly lease: HeldLease | null;
  readonly opened: OpenedRow;
}

/** What happened so far in one turn. */
interface Past {
  readonly span: TelemetrySpan;
  takenOver: boolean;
  /** How often its own lease was lost before anything was sent. */
  lost: number;
}

/** Makes them. What `options` ask is answered for the row as it is read in the turn. */
export function createRefreshTurns(
  context: CoreContext,
  options: {
    isMet(opened: OpenedRow, need: RefreshNeed): boolean;
    stillWorks(opened: OpenedRow, need: RefreshNeed): boolean;
  },
): RefreshTurns {
  const { isMet, stillWorks } = options;
  const { clock, logger } = context.runtime;
  const limits = { maxEntries: MAX_REMEMBERED, maxAgeMs: 3_600_000, now: () => clock.now() };
  /** Until when a provider that failed is left alone, by connection. */
  const resting = createBoundedCache<{ readonly until: number; readonly error: TokenError }>(limits);
  /** The sealed credentials a token request was made with that nobody answered, by connection. */
  const unanswered = createBoundedCache<string | null>(limits);

  const renew = async (
    opened: OpenedRow,
    need: RefreshNeed,
    under: { readonly lease: HeldLease; readonly takenOver: boolean },
  ): Promise<Refreshed | "lease lost"> => {
    const { id, app, authScheme, credentials } = opened.row.connection;
    const { scheme } = context.apps.scheme(app, authScheme);
    const renewal = await renewTokens(context, opened, {
      ...under,
      scheme,
      unanswered: unanswered.get(id) === credentials,
    });
    if (renewal.outcome === "lease lost") return renewal.outcome;
    if (renewal.outcome === "not renewable") return null;
    if (renewal.outcome === "renewed") {
      resting.delete(id);
      unanswered.delete(id);
      return renewal.opened;
    }
    const { error, pauseMs } = renewal;
    if (renewal.unanswered) unanswered.set(id, credentials);
    logger.warn("refresh failed", { connectionId: id, app, code: error.code, status: error.status });
    // Without a wish of the provider's, only callers who can wait are made to (R7).
    const works = stillWorks(opened, need);
    if (works || error.retryAfterMs !== null) resting.set(id, { until: clock.now() + pauseMs, error });
    if (works) return opened;
    throw error;
  };

  const settleMs = Math.min(SETTLE_MS, context.refresh.leaseMs / 2);
  /** The lease, if it is to be had, and the row as it is then. */
  const look = async (take: () => Promise<HeldLease | null>, key: ConnectionKey): Promise<Look> => {
    const lease = await take();
    try {
      if (lease?.takenOver === true) await clock.sleep(settleMs);
      // Who has the lease keeps it while the storage is away: that it was taken over would be forgotten with it.
      const patienceMs = lease === null ? 0 : context.refresh.leaseMs;
      const reading = { patienceMs, connectionId: key.id, what: "reading a connection" };
      return { lease, opened: await durably(context, reading, () => openRow(context, key)) };
    } catch (error) {
      await lease?.release();
      throw error;
    }
  };

  /** What came of a look; "again" when another is needed. */
  const act = async (
    { lease, opened }: Look,
    need: RefreshNeed,
    past: Past,
  ): Promise<Refreshed | "again"> => {
    past.takenOver ||= lease?.takenOver === true;
    try {
      if (isMet(opened, need)) return opened;
      const renewed =
        lease === null ? "held" : await renew(opened, need, { lease, takenOver: past.takenOver });
      if (renewed === "lease lost") past.lost += 1;
      else if (renewed !== "held") return renewed;
      // Another process is at it: what still works need not wait (R7).
      return stillWorks(opened, need) ? opened : "again";
    } finally {
      await lease?.release();
    }
  };

  /** Tells what a turn comes to: the row as it was read, where that is good by now or good enough, or another. */
  const observedAct = async (seen: Look, need: RefreshNeed, past: Past): Promise<Refreshed | "again"> => {
    past.span.set(connectionAttributes(seen.opened.row.connection));
    const refreshed = await act(seen, need, past);
    if (refreshed === "again") return refreshed;
    const asRead = isMet(seen.opened, need) ? "renewed_elsewhere" : "kept";
    const outcome = refreshed === seen.opened ? asRead : "renewed";
    past.span.set({ "mooring.refresh.outcome": refreshed === null ? "not_renewable" : outcome });
    return refreshed;
  };

  const take = async (key: ConnectionKey, need: RefreshNeed, span: TelemetrySpan): Promise<Refreshed> => {
    const waited = startStopwatch(clock);
    const takeLease = leaseTaker(context, grantLease(key.id));
    const past: Past = { span, takenOver: false, lost: 0 };
    const tooLongAway = awayWatch(waited);
    for (;;) {
      const lostBefore = past.lost;
      const began = waited();
      const seen = await look(takeLease, key).catch((error: unknown) => {
        if (isStorageAway(error)) return error;
        throw error;
      });
      const outage = tooLongAway(seen, began);
      if (outage !== null) throw outage;
      const refreshed = seen instanceof Error ? "again" : await observedAct(seen, need, past);
      if (refreshed !== "again") return refreshed;
      // Who was paused looks again, however long that was: another process may have refreshed meanwhile.
      const wasPaused = past.lost > lostBefore && past.lost <= MAX_LOST;
      if (waited() >= maxLeaseWaitMs(context) && !wasPaused) {
        throw seen instanceof Error ? seen : takingTooLong(key);
      }
      await pauseForLease(context, waited());
    }
  };

  return {
    restOf(connectionId) {
      const rest = resting.get(connectionId);
      return rest !== undefined && clock.now() < rest.until ? rest.error : null;
    },
    take(key, need) {
      const attributes = { "mooring.connection.id": key.id, "mooring.refresh.reason": need.kind };
      const operation = { name: "mooring.refresh", kind: "internal", attributes } as const;
      return context.telemetry.span(operation, (span) => take(key, need, span));
    },
  };
}

/** Tells from looks, each with when it was begun, what to fail with: null while the storage may still come back. */
function awayWatch(waited: () => number) {
  let awayFrom: number | null = null;
  return (seen: Look | StorageError, began: number): StorageError | null => {
    if (!(seen instanceof StorageError)) {
      awayFrom = null;
      return null;
    }
    awayFrom ??= began;
    return waited() - awayFrom >= AWAY_PATIENCE_MS ? seen : null;
  };
}

function takingTooLong({ id }: ConnectionKey): TokenError {
  return new TokenError(
    "TOKEN_REFRESH_FAILED",
    `Another process is taking too long to refresh connection ${id}.`,
    { retryable: true },
  );
}
