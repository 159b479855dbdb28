import type { EventRecord, OutboxStore } from "../../../ports/storage.js";
import type { MooringDatabase } from "./database.js";
import { atomically } from "./database.js";
import { EVENT_COLUMNS, toEventRecord, toEventRow } from "./event-rows.js";
import type { SqlStore } from "./sql-store.js";

export function sqlOutbox({ db, engine, guarded }: SqlStore): OutboxStore {
  type Claim = Parameters<OutboxStore["claim"]>[0];

  const available = (database: MooringDatabase, { now, limit }: Claim) =>
    database.selectFrom("mooring_events").where("available_at", "<=", now).orderBy("id").limit(limit);

  const claimInOneStatement = (claim: Claim) => {
    const oldest = available(db, claim).select("id");
    return (
      db
        .updateTable("mooring_events")
        .set({ available_at: claim.hideUntil })
        // SQLite has one writer at a time, and no such clause.
        .where("id", "in", engine === "sqlite" ? oldest : oldest.forUpdate().skipLocked())
        .returning(EVENT_COLUMNS)
        .execute()
    );
  };

  const lockThenClaim = (claim: Claim) =>
    atomically(db, async (transaction) => {
      const rows = await available(transaction, claim)
        .select(EVENT_COLUMNS)
        .forUpdate()
        .skipLocked()
        .execute();
      const ids = rows.map(({ id }) => String(id));
      if (ids.length === 0) return [];
      await transaction
        .updateTable("mooring_events")
        .set({ available_at: claim.hideUntil })
        .where("id", "in", ids)
        .execute();
      return rows.map((row) => ({ ...row, available_at: claim.hideUntil }));
    });

  return {
    claim(request) {
      return guarded("outbox.claim", async () => {
        const rows = await (engine === "mysql" ? lockThenClaim(request) : claimInOneStatement(request));
        return rows.map((row) => toEventRecord(row)).sort((one, other) => (one.id < other.id ? -1 : 1));
      });
    },
    acknowledge(ids) {
      return guarded("outbox.acknowledge", async () => {
        if (ids.length > 0) await db.deleteFrom("mooring_events").where("id", "in", ids).execute();
      });
    },
  };
}

/** Records events in the transaction that makes them so. */
export async function recordEvents(
  transaction: MooringDatabase,
  events: readonly EventRecord[],
): Promise<void> {
  if (events.length > 0)
    await transaction.insertInto("mooring_events").values(events.map(toEventRow)).execute();
}
