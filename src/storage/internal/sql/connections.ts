import { expiringPage, expiringStart, pageOf, pageStart } from "../../../ports/paging.js";
import type { ConnectionStore, EventRecord } from "../../../ports/storage.js";
import { CONNECTION_COLUMNS, toConnectionRecord, toConnectionRow } from "./connection-rows.js";
import type { MooringDatabase } from "./database.js";
import { atomically } from "./database.js";
import { INTEGRATION_COLUMNS, toIntegrationRecord } from "./integration-rows.js";
import { recordEvents } from "./outbox.js";
import type { SqlStore } from "./sql-store.js";

/** Tells the integration's columns from the connection's in the join. */
const INTEGRATION_PREFIX = "integration__";

export function sqlConnections({ db, guarded }: SqlStore): ConnectionStore {
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

  /** A write, with the events that tell of it: in one transaction when there are any and it wrote. */
  const withEvents = (
    events: readonly EventRecord[],
    write: (database: MooringDatabase) => Promise<boolean>,
  ): Promise<boolean> => {
    if (events.length === 0) return write(db);
    return atomically(db, async (transaction) => {
      const written = await write(transaction);
      if (written) await recordEvents(transaction, events);
      return written;
    });
  };

  return {
    insert(record, events = []) {
      return guarded("connections.insert", () =>
        withEvents(events, async (database) => {
          await database.insertInto("mooring_connections").values(toConnectionRow(record)).execute();
          return true;
        }),
      ).then(() => undefined);
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
      return guarded("connections.compareAndSwap", () =>
        withEvents(events, async (database) => {
          const { id, entity_id, ...row } = toConnectionRow(record);
          const result = await database
            .updateTable("mooring_connections")
            .set(row)
            .where("id", "=", id)
            .where("entity_id", "=", entity_id)
            .where("version", "=", expectedVersion)
            .executeTakeFirst();
          return result.numUpdatedRows > 0n;
        }),
      );
    },
    delete({ id, entityId }, events = []) {
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
          if (result.numDeletedRows === 0n) return false;
          await recordEvents(transaction, events);
          return true;
        }),
      );
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
        const rows = await db
          .selectFrom("mooring_connections")
          .select(CONNECTION_COLUMNS)
          .where("status", "=", "ACTIVE")
          .where("expires_at", "<=", query.before)
          .$if(start !== null, (select) =>
            select
              .where("expires_at", ">=", start?.expiresAt ?? 0)
              .where(({ or, eb }) =>
                or([eb("expires_at", ">", start?.expiresAt ?? 0), eb("id", ">", start?.id ?? "")]),
              ),
          )
          .orderBy("expires_at")
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
