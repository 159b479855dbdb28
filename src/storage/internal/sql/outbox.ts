import type { QueryCreator } from "kysely";
import type { EventRecord, OutboxStore } from "../../../ports/storage.js";
import { atomically } from "./database.js";
import { EVENT_COLUMNS, toEventRecord } from "./event-rows.js";
import type { SqlStore } from "./sql-store.js";
import type { MooringTables } from "./tables.js";

export function sqlOutbox({ db, engine, guarded }: SqlStore): OutboxStore {
  type Claim = Parameters<OutboxStore["claim"]>[0];

  /** In the order of the index: those that were handed out before and have become available again come after others. */
  const available = (creator: QueryCreator<MooringTables>, { now, limit, types }: Claim) =>
    creator
      .selectFrom("mooring_events")
      .where("available_at", "<=", now)
      .$if(types !== undefined, (query) => query.where("type", "in", [...(types ?? [])]))
      .orderBy("available_at")
      .orderBy("id")
      .limit(limit);

  /** Locked rows are passed over: they are being handed out to another caller. In a `with`, they are locked once. */
  const claimInOneStatement = (claim: Claim) =>
    db
      .with("available", (creator) => available(creator, claim).select("id").forUpdate().skipLocked())
      .updateTable("mooring_events")
      .from("available")
      .set({ available_at: claim.hideUntil })
      .whereRef("mooring_events.id", "=", "available.id")
      .returning(EVENT_COLUMNS.map((column) => `mooring_events.${column}` as const))
      .execute();

  /** SQLite has one writer at a time, and nothing to lock. */
  const claimAsOnlyWriter = (claim: Claim) =>
    db
      .updateTable("mooring_events")
      .set({ available_at: claim.hideUntil })
      .where("id", "in", available(db, claim).select("id"))
      .returning(EVENT_COLUMNS)
      .execute();

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

  const claims = { postgresql: claimInOneStatement, sqlite: claimAsOnlyWriter, mysql: lockThenClaim };

  return {
    claim(request) {
      return guarded("outbox.claim", async () => {
        // Not all databases know a list of nothing.
        if (request.types?.length === 0) return [];
        const events = readable(await claims[engine](request));
        return events.sort((one, other) => (one.id < other.id ? -1 : 1));
      });
    },
    acknowledge(ids) {
      return guarded("outbox.acknowledge", async () => {
        if (ids.length > 0) await db.deleteFrom("mooring_events").where("id", "in", ids).execute();
      });
    },
  };
}

/**
 * A row that was edited by hand holds up no other event: it stays, hidden as the others are, and is told of once it is all
 * there is.
 *
 * @throws UnreadableRow
 */
function readable(rows: readonly Readonly<Record<string, unknown>>[]): EventRecord[] {
  const events: EventRecord[] = [];
  let unreadable: unknown = null;
  for (const row of rows) {
    try {
      events.push(toEventRecord(row));
    } catch (error) {
      unreadable ??= error;
    }
  }
  if (events.length === 0 && unreadable !== null) throw unreadable;
  return events;
}
