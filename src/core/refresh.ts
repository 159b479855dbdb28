import { TokenError } from "../errors.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import type { ConnectionKey } from "../ports/storage.js";
import type { CoreContext } from "./context.js";
import { isStorageAway } from "./durably.js";
import type { OpenedRow } from "./opened-row.js";
import { keyOf, openRow } from "./opened-row.js";
import type { Refreshed, RefreshNeed } from "./refresh-flights.js";
import { createRefreshFlights } from "./refresh-flights.js";
import { isDue, isExpired } from "./refresh-policy.js";
import { createRefreshTurns } from "./refresh-turns.js";
import { isSameGrant } from "./same-grant.js";
import { expireRow } from "./token-renewal.js";

/** Keeps credentials fresh: one token request, however many callers in however many processes. */
export interface Refresher {
  /** The row as it is when nothing is due, else refreshed. @throws TokenError */
  ensureFresh(opened: OpenedRow): OpenedRow | Promise<OpenedRow>;
  /**
   * After a 401: other credentials than the rejected ones, refreshed by this call or by someone else. Null when they
   * cannot be renewed, or have just been, for the same reason, and were never accepted since: an API that refuses fresh
   * ones too costs no token per request.
   *
   * @throws TokenError
   */
  replaceRejected(rejected: OpenedRow): Promise<OpenedRow | null>;
  /** An API has taken these credentials. */
  accepted(opened: OpenedRow): void;
  /**
   * Renews credentials that are not due yet, unless others are stored by now; null when they cannot be renewed.
   *
   * @throws TokenError
   */
  renew(opened: OpenedRow): Promise<OpenedRow | null>;
  /** Renews whatever is stored, due or not. @throws TokenError when these credentials cannot be renewed */
  refreshNow(key: ConnectionKey): Promise<OpenedRow>;
}

const DUE: RefreshNeed = { kind: "due" };
/** How long after rejected credentials were replaced no others are, unless some have been accepted since. */
const REPLACED_MS = 10_000;
const MAX_REMEMBERED = 10_000;
/** Whose token still works waits no longer than this for a newer one (R7). */
const PATIENCE_MS = 5_000;

/** Makes the refresher of a toolset. Its rules, R1 to R10, are explained in docs/architecture.md. */
export function createRefresher(context: CoreContext): Refresher {
  const { clock } = context.runtime;
  /** The connections whose rejected credentials were replaced lately, and whose newer ones no API has taken yet. */
  const replaced = createBoundedCache<true>({
    maxEntries: MAX_REMEMBERED,
    maxAgeMs: REPLACED_MS,
    now: () => clock.now(),
  });

  const lifetimeOf = ({ row, grant }: OpenedRow) => ({
    obtainedAt: grant.obtainedAt,
    expiresAt: row.connection.expiresAt,
  });
  const isMet = (opened: OpenedRow, need: RefreshNeed): boolean => {
    if (need.kind === "rejected") return !isSameGrant(opened.grant, need.rejected.grant);
    const { app, authScheme } = opened.row.connection;
    const { scheme, settings } = context.apps.scheme(app, authScheme);
    return !isDue(lifetimeOf(opened), scheme.refreshMarginMs?.(settings) ?? null, clock.now());
  };
  const stillWorks = (opened: OpenedRow, need: RefreshNeed): boolean =>
    need.kind === "due" && !isExpired(lifetimeOf(opened), clock.now());

  const flights = createRefreshFlights(isMet);
  const turns = createRefreshTurns(context, { isMet, stillWorks });

  const refresh = async (opened: OpenedRow, need: RefreshNeed): Promise<Refreshed> => {
    const key = keyOf(opened);
    const rest = turns.restOf(key.id);
    if (rest !== null) {
      if (stillWorks(opened, need)) return opened;
      throw rest;
    }
    if (!stillWorks(opened, need)) return flights.join(key.id, need, () => turns.take(key, need));
    // Another caller is at it: what still works need not wait (R7).
    if (flights.isUnderWay(key.id)) return opened;
    return patiently(
      opened,
      flights.join(key.id, need, () => turns.take(key, need)),
    );
  };

  /** What a refresh of credentials that still work comes to; those, when it takes long or the storage is away. */
  const patiently = async (opened: OpenedRow, refreshed: Promise<Refreshed>): Promise<Refreshed> => {
    const outcome = refreshed.catch((error: unknown) => {
      if (isStorageAway(error) && stillWorks(opened, DUE)) return opened;
      throw error;
    });
    const settled = new AbortController();
    const late = clock.sleep(PATIENCE_MS, settled.signal).then(
      () => (stillWorks(opened, DUE) ? opened : outcome),
      () => outcome,
    );
    return Promise.race([outcome, late]).finally(() => settled.abort());
  };

  const refreshDue = async (opened: OpenedRow): Promise<OpenedRow> => {
    const refreshed = await refresh(opened, DUE);
    if (refreshed !== null) return refreshed;
    if (stillWorks(opened, DUE)) return opened;
    const { id, app } = opened.row.connection;
    await expireRow(context, opened, "expired, and there is nothing to refresh it with");
    throw new TokenError(
      "REAUTHORIZATION_REQUIRED",
      `The credentials of connection ${id} to "${app}" have expired and cannot be refreshed.`,
      { hint: "Call `connection.reconnect()`." },
    );
  };
  const refreshRejected = (rejected: OpenedRow) => refresh(rejected, { kind: "rejected", rejected });

  const replaceRejected = async (rejected: OpenedRow): Promise<OpenedRow | null> => {
    const key = keyOf(rejected);
    if (replaced.get(key.id) === true) {
      const opened = await openRow(context, key);
      return isSameGrant(opened.grant, rejected.grant) ? null : opened;
    }
    const newer = await refreshRejected(rejected);
    if (newer !== null) replaced.set(key.id, true);
    return newer;
  };

  return {
    ensureFresh: (opened) =>
      opened.row.connection.expiresAt === null || isMet(opened, DUE) ? opened : refreshDue(opened),
    replaceRejected,
    renew: refreshRejected,
    accepted: ({ row }) => replaced.delete(row.connection.id),
    async refreshNow(key) {
      const opened = await openRow(context, key);
      const refreshed = await refreshRejected(opened);
      if (refreshed !== null) return refreshed;
      const { app, authScheme } = opened.row.connection;
      throw new TokenError(
        "TOKEN_REFRESH_FAILED",
        `Connection ${key.id} to "${app}" holds ${authScheme} credentials that cannot be refreshed.`,
        { hint: "Call `connection.reconnect()` or `connection.updateCredentials()`." },
      );
    },
  };
}
