import { pageOf, pageStart } from "../../ports/paging.js";
import type { ConnectionStore } from "../../ports/storage.js";
import { CONNECTION_COLUMNS, toConnectionRecord, toConnectionRow } from "./connection-rows.js";
import type { MooringDatabase } from "./database.js";
import { atomically } from "./database.js";
import { guarded } from "./errors.js";
import { INTEGRATION_COLUMNS, toIntegrationRecord } from "./integration-rows.js";

/** Tells the integration's columns from the connection's in the join. */
const INTEGRATION_PREFIX = "integration__";

export function kyselyConnections(db: MooringDatabase): ConnectionStore {
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
    insert(record) {
      return guarded("connections.insert", async () => {
        await db.insertInto("mooring_connections").values(toConnectionRow(record)).execute();
      });
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
          connection: toConnectionRecord(row, "connections.get"),
          integration: toIntegrationRecord(row, "connections.get", INTEGRATION_PREFIX),
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
          rows.map((row) => toConnectionRecord(row, "connections.list")),
          query.limit,
        );
      });
    },
    compareAndSwap(record, expectedVersion) {
      return guarded("connections.compareAndSwap", async () => {
        const { id, entity_id, ...row } = toConnectionRow(record);
        const result = await db
          .updateTable("mooring_connections")
          .set(row)
          .where("id", "=", id)
          .where("entity_id", "=", entity_id)
          .where("version", "=", expectedVersion)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      });
    },
    delete({ id, entityId }) {
      return guarded("connections.delete", () =>
        // The foreign key cascades as well; but not every database enforces it.
        atomically(db, async (transaction) => {
          await transaction
            .deleteFrom("mooring_flows")
            .where(
              "connection_id",
              "in",
              transaction
                .selectFrom("mooring_connections")
                .select("id")
                .where("id", "=", id)
                .where("entity_id", "=", entityId),
            )
            .execute();
          const result = await transaction
            .deleteFrom("mooring_connections")
            .where("id", "=", id)
            .where("entity_id", "=", entityId)
            .executeTakeFirst();
          return result.numDeletedRows > 0n;
        }),
      );
    },
  };
}
