import { sql } from "kysely";
import type { FlowRecord, FlowStore } from "../../../ports/storage.js";
import { FLOW_COLUMNS, toFlowRecord, toFlowRow } from "./flow-rows.js";
import { MissingParent } from "./missing-parent.js";
import type { SqlStore } from "./sql-store.js";

export function sqlFlows({ db, engine, guarded }: SqlStore): FlowStore {
  const takeInOneStatement = (id: string) =>
    db.deleteFrom("mooring_flows").where("id", "=", id).returning(FLOW_COLUMNS).executeTakeFirst();

  /** Any number of callers may read the row; the one whose delete removes it has consumed it. */
  const readThenDelete = async (id: string) => {
    const row = await db
      .selectFrom("mooring_flows")
      .select(FLOW_COLUMNS)
      .where("id", "=", id)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const result = await db.deleteFrom("mooring_flows").where("id", "=", id).executeTakeFirst();
    return result.numDeletedRows > 0n ? row : undefined;
  };

  /** @throws MissingParent */
  const insertBelow = async (record: FlowRecord): Promise<void> => {
    const row = toFlowRow(record);
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto("mooring_flows")
      .columns(FLOW_COLUMNS)
      .expression((from) =>
        from
          .selectFrom("mooring_connections")
          .select(FLOW_COLUMNS.map((column) => sql.val(row[column]).as(column)))
          .where("id", "=", record.connectionId),
      )
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows === 0n) throw new MissingParent("There is no such connection.");
  };

  return {
    insert(record) {
      return guarded("flows.insert", async () => {
        if (engine === "sqlite") return insertBelow(record);
        await db.insertInto("mooring_flows").values(toFlowRow(record)).execute();
      });
    },
    consume(id) {
      return guarded("flows.consume", async () => {
        const row = await (engine === "mysql" ? readThenDelete(id) : takeInOneStatement(id));
        return row === undefined ? null : toFlowRecord(row);
      });
    },
    deleteExpired(now) {
      return guarded("flows.deleteExpired", async () => {
        const result = await db.deleteFrom("mooring_flows").where("expires_at", "<=", now).executeTakeFirst();
        return Number(result.numDeletedRows);
      });
    },
  };
}
