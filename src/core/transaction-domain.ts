import { TokenError } from "../errors.js";
import type { StorageAdapter } from "../ports/storage.js";
import type { Domain } from "./domain.js";
import { observedStorage } from "./observed-storage.js";
import type { OpenedRow } from "./opened-row.js";
import type { Refresher } from "./refresh.js";
import { isExpired } from "./refresh-policy.js";
import { watchedStorage } from "./watched-storage.js";

/**
 * The domain within a transaction of the host: everything is read and written there, hooks hear of it after the commit,
 * and nothing is refreshed, since a rollback would lose tokens the provider has rotated. Reads are not tried again: a
 * statement that failed has ended the transaction.
 */
export function transactionDomain(domain: Domain, within: StorageAdapter): Domain {
  const storage = watchedStorage(observedStorage(within, domain.telemetry), domain.rows);
  return {
    ...domain,
    storage,
    // What is read here is not for others before the commit, and what others have read is too old here.
    rows: null,
    events: domain.events.within(storage.outbox),
    refresher: refusingRefresher(domain),
  };
}

function refusingRefresher({ runtime }: Domain): Refresher {
  const refused = (id: string) =>
    new TokenError("TOKEN_REFRESH_FAILED", `Connection ${id} cannot be refreshed within a transaction.`, {
      hint: "A rollback would lose the new tokens: refresh, or send the request, outside `withTransaction()`.",
    });
  const isOver = ({ row, grant }: OpenedRow): boolean =>
    isExpired({ obtainedAt: grant.obtainedAt, expiresAt: row.connection.expiresAt }, runtime.clock.now());
  return {
    ensureFresh(opened) {
      if (isOver(opened)) throw refused(opened.row.connection.id);
      return opened;
    },
    replaceRejected: async () => null,
    async renew({ row }) {
      throw refused(row.connection.id);
    },
    accepted() {},
    async refreshNow({ id }) {
      throw refused(id);
    },
  };
}
