import { pageOf, pageStart } from "../../../ports/paging.js";
import type { IntegrationStore } from "../../../ports/storage.js";
import type { MooringDatabase } from "./database.js";
import { atomically } from "./database.js";
import { INTEGRATION_COLUMNS, toIntegrationRecord, toIntegrationRow } from "./integration-rows.js";
import type { SqlStore } from "./sql-store.js";

export function sqlIntegrations({ db, engine, guarded }: SqlStore): IntegrationStore {
  return {
    insert(record) {
      return guarded("integrations.insert", async () => {
        await db.insertInto("mooring_integrations").values(toIntegrationRow(record)).execute();
      });
    },
    get(id) {
      return guarded("integrations.get", async () => {
        const row = await db
          .selectFrom("mooring_integrations")
          .select(INTEGRATION_COLUMNS)
          .where("id", "=", id)
          .executeTakeFirst();
        return row === undefined ? null : toIntegrationRecord(row);
      });
    },
    list(query) {
      return guarded("integrations.list", async () => {
        const { app, authScheme, enabled } = query;
        const start = pageStart(query);
        const rows = await db
          .selectFrom("mooring_integrations")
          .select(INTEGRATION_COLUMNS)
          .$if(start !== null, (select) => select.where("id", "<", start))
          .$if(app !== undefined, (select) => select.where("app", "=", app))
          .$if(authScheme !== undefined, (select) => select.where("auth_scheme", "=", authScheme))
          .$if(enabled !== undefined, (select) => select.where("enabled", "=", enabled ? 1 : 0))
          .orderBy("id", "desc")
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          rows.map((row) => toIntegrationRecord(row)),
          query.limit,
        );
      });
    },
    compareAndSwap(record, expectedVersion) {
      return guarded("integrations.compareAndSwap", async () => {
        const { id, ...row } = toIntegrationRow(record);
        const result = await db
          .updateTable("mooring_integrations")
          .set(row)
          .where("id", "=", id)
          .where("version", "=", expectedVersion)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      });
    },
    delete(id) {
      return guarded("integrations.delete", () =>
        engine === "sqlite" ? atomically(db, (transaction) => removeAll(transaction, id)) : remove(db, id),
      );
    },
  };
}

async function remove(db: MooringDatabase, id: string): Promise<boolean> {
  const result = await db.deleteFrom("mooring_integrations").where("id", "=", id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** SQLite enforces foreign keys, which cascade, only where it is told to. */
async function removeAll(transaction: MooringDatabase, id: string): Promise<boolean> {
  const connections = transaction.selectFrom("mooring_connections").where("integration_id", "=", id);
  await transaction
    .deleteFrom("mooring_flows")
    .where("connection_id", "in", connections.select("id"))
    .execute();
  await transaction.deleteFrom("mooring_connections").where("integration_id", "=", id).execute();
  return remove(transaction, id);
}
