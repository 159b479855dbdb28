import { TokenError } from "../errors.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import { createSingleFlight } from "../internal/single-flight.js";
import type { ConnectionKey } from "../ports/storage.js";
import type { CoreContext } from "./context.js";
import { grantLease, MAX_LEASE_WAIT_MS, pauseForLease, takeLease } from "./lease.js";
import type { OpenedRow } from "./opened-row.js";
import { keyOf, openRow } from "./opened-row.js";
import { isDue, isExpired } from "./refresh-policy.js";
import { expireRow, renewTokens } from "./token-renewal.js";

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
  /** Renews whatever is stored, due or not. @throws TokenError when these credentials cannot be renewed */
  refreshNow(key: ConnectionKey): Promise<OpenedRow>;
}

/** Why a refresh is wanted: the token's time is up, or these very credentials (sealed) were rejected. */
type Need = { readonly kind: "due" } | { readonly kind: "rejected"; readonly sealed: string | null };

const DUE: Need = { kind: "due" };
/** How long after rejected credentials were replaced no others are, unless some have been accepted since. */
const REPLACED_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** Makes the refresher of a toolset. Its rules, R1 to R10, are explained in docs/architecture.md. */
export function createRefresher(context: CoreContext): Refresher {
  const { clock, logger } = context.runtime;
  const flights = createSingleFlight<OpenedRow | null>();
  /** Until when a provider that failed is left alone, by connection. */
  const resting = createBoundedCache<{ readonly until: number; readonly error: TokenError }>({
    maxEntries: MAX_REMEMBERED,
    maxAgeMs: 3_600_000,
    now: () => clock.now(),
  });
  /** The connections whose rejected credentials were replaced lately, and whose newer ones no API has taken yet. */
  const replaced = createBoundedCache<true>({
    maxEntries: MAX_REMEMBERED,
    maxAgeMs: REPLACED_MS,
    now: () => clock.now(),
  });

  const appSchemeOf = ({ row }: OpenedRow) =>
    context.apps.scheme(row.connection.app, row.connection.authScheme);
  const lifetimeOf = ({ row, grant }: OpenedRow) => ({
    obtainedAt: grant.obtainedAt,
    expiresAt: row.connection.expiresAt,
  });
  const isNeeded = (opened: OpenedRow, need: Need): boolean => {
    if (need.kind === "rejected") return opened.row.connection.credentials === need.sealed;
    const { scheme, settings } = appSchemeOf(opened);
    return isDue(lifetimeOf(opened), scheme.refreshMarginMs?.(settings) ?? null, clock.now());
  };
  const stillWorks = (opened: OpenedRow, need: Need): boolean =>
    need.kind === "due" && !isExpired(lifetimeOf(opened), clock.now());

  const renew = async (opened: OpenedRow, need: Need): Promise<OpenedRow | null> => {
    const { id, app } = opened.row.connection;
    const renewal = await renewTokens(context, opened, appSchemeOf(opened).scheme);
    if (renewal.outcome === "not renewable") return null;
    if (renewal.outcome === "renewed") {
      resting.delete(id);
      return renewal.opened;
    }
    const { error, pauseMs } = renewal;
    logger.warn("refresh failed", { connectionId: id, app, code: error.code, status: error.status });
    // Without a wish of the provider's, only callers who can wait are made to (R7).
    const works = stillWorks(opened, need);
    if (works || error.retryAfterMs !== null) resting.set(id, { until: clock.now() + pauseMs, error });
    if (works) return opened;
    throw error;
  };

  const renewUnderLease = async (key: ConnectionKey, need: Need): Promise<OpenedRow | null> => {
    const giveUpAt = clock.now() + MAX_LEASE_WAIT_MS;
    while (clock.now() < giveUpAt) {
      const lease = await takeLease(context, grantLease(key.id));
      try {
        const opened = await openRow(context, key);
        if (!isNeeded(opened, need)) return opened;
        if (lease !== null) return await renew(opened, need);
        // Another process is at it: what still works need not wait (R7).
        if (stillWorks(opened, need)) return opened;
      } finally {
        await lease?.release();
      }
      await pauseForLease(context);
    }
    throw new TokenError(
      "TOKEN_REFRESH_FAILED",
      `Another process is taking too long to refresh connection ${key.id}.`,
      {
        retryable: true,
      },
    );
  };

  const refresh = async (opened: OpenedRow, need: Need): Promise<OpenedRow | null> => {
    const key = keyOf(opened);
    const rest = resting.get(key.id);
    if (rest !== undefined && clock.now() < rest.until) {
      if (stillWorks(opened, need)) return opened;
      throw rest.error;
    }
    const flight = need.kind === "rejected" ? `${key.id} ${need.sealed}` : key.id;
    return flights(flight, () => renewUnderLease(key, need));
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
  const refreshRejected = (rejected: OpenedRow) =>
    refresh(rejected, { kind: "rejected", sealed: rejected.row.connection.credentials });

  const replaceRejected = async (rejected: OpenedRow): Promise<OpenedRow | null> => {
    const key = keyOf(rejected);
    const { credentials } = rejected.row.connection;
    if (replaced.get(key.id) === true) {
      const opened = await openRow(context, key);
      return opened.row.connection.credentials === credentials ? null : opened;
    }
    const newer = await refreshRejected(rejected);
    if (newer !== null) replaced.set(key.id, true);
    return newer;
  };

  return {
    ensureFresh: (opened) =>
      opened.row.connection.expiresAt === null || !isNeeded(opened, DUE) ? opened : refreshDue(opened),
    replaceRejected,
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
