import type { OpenedRow } from "./opened-row.js";

/** Why a refresh is wanted: the token's time is up, or this very grant was rejected. */
export type RefreshNeed =
  | { readonly kind: "due" }
  | { readonly kind: "rejected"; readonly rejected: OpenedRow };

/** Outcome of a refresh: null when the credentials cannot be renewed. */
export type Refreshed = OpenedRow | null;

/** One refresh per connection at a time in this process, whatever its callers need. */
export interface RefreshFlights {
  /** Whether one is under way. */
  isUnderWay(connectionId: string): boolean;
  /** Joins the one under way if it may bring what is needed, else begins one. */
  join(connectionId: string, need: RefreshNeed, begin: () => Promise<Refreshed>): Promise<Refreshed>;
}

interface Flight {
  readonly need: RefreshNeed;
  readonly outcome: Promise<Refreshed>;
}

function isSameNeed(one: RefreshNeed, other: RefreshNeed): boolean {
  if (one.kind === "due" || other.kind === "due") return one.kind === other.kind;
  return one.rejected.row.connection.credentials === other.rejected.row.connection.credentials;
}

/**
 * Makes them.
 *
 * @param isMet whether a row is what a need was about: it is not due, or not the rejected grant
 */
export function createRefreshFlights(
  isMet: (opened: OpenedRow, need: RefreshNeed) => boolean,
): RefreshFlights {
  const flights = new Map<string, Flight>();
  return {
    isUnderWay: (connectionId) => flights.has(connectionId),
    async join(connectionId, need, begin) {
      for (;;) {
        const running = flights.get(connectionId);
        if (running === undefined) {
          // Begun a turn later, so that one that fails at once is in the map before it is taken out.
          const outcome = Promise.resolve()
            .then(begin)
            .finally(() => flights.delete(connectionId));
          flights.set(connectionId, { need, outcome });
          return outcome;
        }
        if (isSameNeed(running.need, need)) return running.outcome;
        // Begun for another reason, it may leave what is needed here undone.
        const refreshed = await running.outcome.catch(() => null);
        if (refreshed !== null && isMet(refreshed, need)) return refreshed;
      }
    },
  };
}
