import { sql } from "kysely";
import { expiringPage, expiringStart, pageOf, pageStart } from "../../../ports/paging.js";
import type { ConnectionStore } from "../../../ports/storage.js";
import { CONNECTION_COLUMNS, toConnectionRecord } from "./connection-rows.js";
import { connectionWrites } from "./connection-writes.js";
import { INTEGRATION_COLUMNS, toIntegrationRecord } from "./integration-rows.js";
import type { SqlStore } from "./sql-store.js";

/** Tells the integration's columns from the connection's in the join. */
const INTEGRATION_PREFIX = "integration__";

export function sqlConnections(store: SqlStore): ConnectionStore {
  const { db, engine, guarded } = store;
  const writes = connectionWrites(store);

  /** The read in the way of every request, so its SQL is made once and only the parameters change: id, entity. */
  const read = db
    .selectFrom("mooring_connections as connection")
    .innerJoin("mooring_integrations as integration", "integration.id", "connection.integration_id")
    .select(CONNECTION_COLUMNS.map((column) => `connection.${column}` as const))
    .select(
      INTEGRATION_COLUMNS.map((column) => `integration.${column} as ${INTEGRATION_PREFIX}${column}` as const),
    )
    .where("connection.id", "=", "")
    .where("connection.entity_id", "=", "")
    .compile();

  return {
    insert(record, events = []) {
      return guarded("connections.insert", () => writes.insert(record, events));
    },
    get({ id, entityId }) {
      return guarded("connections.get", async () => {
        const { rows } = await db.executeQuery<Readonly<Record<string, unknown>>>({
          ...read,
          parameters: [id, entityId],
        });
        const [row] = rows;
        if (row === undefined) return null;
        return {
          connection: toConnectionRecord(row),
          integration: toIntegrationRecord(row, INTEGRATION_PREFIX),
        };
      });
    },
    list(query) {
      return guarded("connections.list", async () => {
        const { app, integrationId, status, alias } = query;
        const start = pageStart(query);
        const rows = await db
          .selectFrom("mooring_connections")
          .select(CONNECTION_COLUMNS)
          .where("entity_id", "=", query.entityId)
          .$if(start !== null, (select) => select.where("id", "<", start))
          .$if(app !== undefined, (select) => select.where("app", "=", app))
          .$if(integrationId !== undefined, (select) => select.where("integration_id", "=", integrationId))
          .$if(status !== undefined, (select) => select.where("status", "=", status))
          .$if(alias !== undefined, (select) => select.where("alias", "=", alias))
          .orderBy("id", "desc")
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          rows.map((row) => toConnectionRecord(row)),
          query.limit,
        );
      });
    },
    compareAndSwap(record, expectedVersion, events = []) {
      return guarded("connections.compareAndSwap", () => writes.replace(record, expectedVersion, events));
    },
    delete(key, events = []) {
      return guarded("connections.delete", () => writes.remove(key, events));
    },
    scan(query) {
      return guarded("connections.scan", async () => {
        const { app, entityId, integrationId } = query;
        const start = pageStart(query);
        const rows = await db
          .selectFrom("mooring_connections")
          .select(CONNECTION_COLUMNS)
          .$if(start !== null, (select) => select.where("id", ">", start))
          .$if(app !== undefined, (select) => select.where("app", "=", app))
          .$if(entityId !== undefined, (select) => select.where("entity_id", "=", entityId))
          .$if(integrationId !== undefined, (select) => select.where("integration_id", "=", integrationId))
          .orderBy("id")
          .limit(query.limit + 1)
          .execute();
        return pageOf(
          rows.map((row) => toConnectionRecord(row)),
          query.limit,
        );
      });
    },
    expiring(query) {
      return guarded("connections.expiring", async () => {
        const start = expiringStart(query);
        const expiresAt = engine === "mysql" ? "expiring_at" : "expires_at";
        const rows = await db
          .selectFrom("mooring_connections")
          .select(CONNECTION_COLUMNS)
          // Written out, as an index of some rows only is not used for a parameter that may be anything.
          .$if(engine !== "mysql", (select) => select.where("status", "=", sql.lit("ACTIVE")))
          .where(expiresAt, "<=", query.before)
          .$if(start !== null, (select) =>
            select
              .where(expiresAt, ">=", start?.expiresAt ?? 0)
              .where(({ or, eb }) =>
                or([eb(expiresAt, ">", start?.expiresAt ?? 0), eb("id", ">", start?.id ?? "")]),
              ),
          )
          .orderBy(expiresAt)
          .orderBy("id")
          .limit(query.limit + 1)
          .execute();
        return expiringPage(
          rows.map((row) => toConnectionRecord(row)),
          query.limit,
        );
      });
    },
  };
}
