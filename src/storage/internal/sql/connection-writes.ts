import type { DeleteQueryBuilder, InsertQueryBuilder, QueryCreator, UpdateQueryBuilder } from "kysely";
import { sql } from "kysely";
import type { ConnectionKey, ConnectionRecord, EventRecord } from "../../../ports/storage.js";
import { CONNECTION_COLUMNS, toConnectionRow } from "./connection-rows.js";
import { atomically } from "./database.js";
import { recordEvents, recordedEvents } from "./events.js";
import { MissingParent } from "./missing-parent.js";
import type { SqlStore } from "./sql-store.js";
import type { MooringTables } from "./tables.js";

type Creator = QueryCreator<MooringTables>;
/** A write of one row, which returns its id if there was one to write. */
type Write =
  | InsertQueryBuilder<MooringTables, "mooring_connections", { id: unknown }>
  | UpdateQueryBuilder<MooringTables, "mooring_connections", "mooring_connections", { id: unknown }>
  | DeleteQueryBuilder<MooringTables, "mooring_connections", { id: unknown }>;

/** Writes of connections, each in one step with the events that tell of it; nothing is recorded where none was made. */
export interface ConnectionWrites {
  insert(record: ConnectionRecord, events: readonly EventRecord[]): Promise<void>;
  replace(
    record: ConnectionRecord,
    expectedVersion: number,
    events: readonly EventRecord[],
  ): Promise<boolean>;
  remove(key: ConnectionKey, events: readonly EventRecord[]): Promise<boolean>;
}

const replaceRow = (creator: Creator, record: ConnectionRecord, expectedVersion: number) => {
  const { id, entity_id, ...row } = toConnectionRow(record);
  return creator
    .updateTable("mooring_connections")
    .set(row)
    .where("id", "=", id)
    .where("entity_id", "=", entity_id)
    .where("version", "=", expectedVersion);
};

const removeRow = (creator: Creator, { id, entityId }: ConnectionKey) =>
  creator.deleteFrom("mooring_connections").where("id", "=", id).where("entity_id", "=", entityId);

const insertRow = (creator: Creator, record: ConnectionRecord) =>
  creator.insertInto("mooring_connections").values(toConnectionRow(record));

/** @throws MissingParent */
async function insertRowBelow(creator: Creator, record: ConnectionRecord): Promise<void> {
  const row = toConnectionRow(record);
  const { numInsertedOrUpdatedRows = 0n } = await creator
    .insertInto("mooring_connections")
    .columns(CONNECTION_COLUMNS)
    .expression((from) =>
      from
        .selectFrom("mooring_integrations")
        .select(CONNECTION_COLUMNS.map((column) => sql.val(row[column]).as(column)))
        .where("id", "=", record.integrationId),
    )
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new MissingParent("There is no such integration.");
}

export function connectionWrites(store: SqlStore): ConnectionWrites {
  return store.engine === "postgresql" ? singleStatements(store) : transactions(store);
}

/** PostgreSQL writes rows and their events in one statement, and so in one round trip. */
function singleStatements({ db }: SqlStore): ConnectionWrites {
  const write = async (
    one: (creator: Creator) => Write,
    events: readonly EventRecord[],
  ): Promise<boolean> => {
    const written = await db
      .with("written", one)
      .with("recorded", (creator) => recordedEvents(creator, events))
      .selectFrom("written")
      .select("id")
      .executeTakeFirst();
    return written !== undefined;
  };
  return {
    async insert(record, events) {
      if (events.length === 0) await insertRow(db, record).execute();
      else await write((creator) => insertRow(creator, record).returning("id"), events);
    },
    async replace(record, expectedVersion, events) {
      if (events.length > 0) {
        return write((creator) => replaceRow(creator, record, expectedVersion).returning("id"), events);
      }
      const { numUpdatedRows } = await replaceRow(db, record, expectedVersion).executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    async remove(key, events) {
      if (events.length > 0) return write((creator) => removeRow(creator, key).returning("id"), events);
      const { numDeletedRows } = await removeRow(db, key).executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function transactions({ db, engine }: SqlStore): ConnectionWrites {
  /** SQLite enforces foreign keys only where it is told to. */
  const enforces = engine !== "sqlite";
  const insert = async (creator: Creator, record: ConnectionRecord): Promise<void> => {
    if (!enforces) return insertRowBelow(creator, record);
    await insertRow(creator, record).execute();
  };
  return {
    async insert(record, events) {
      if (events.length === 0) return insert(db, record);
      await atomically(db, async (transaction) => {
        await insert(transaction, record);
        await recordEvents(transaction, events).execute();
      });
    },
    async replace(record, expectedVersion, events) {
      const replace = async (creator: Creator): Promise<boolean> =>
        (await replaceRow(creator, record, expectedVersion).executeTakeFirst()).numUpdatedRows > 0n;
      if (events.length === 0) return replace(db);
      return atomically(db, async (transaction) => {
        const replaced = await replace(transaction);
        if (replaced) await recordEvents(transaction, events).execute();
        return replaced;
      });
    },
    async remove(key, events) {
      const remove = async (creator: Creator): Promise<boolean> =>
        (await removeRow(creator, key).executeTakeFirst()).numDeletedRows > 0n;
      if (enforces && events.length === 0) return remove(db);
      return atomically(db, async (transaction) => {
        if (!(await remove(transaction))) return false;
        if (!enforces) {
          await transaction.deleteFrom("mooring_flows").where("connection_id", "=", key.id).execute();
        }
        if (events.length > 0) await recordEvents(transaction, events).execute();
        return true;
      });
    },
  };
}
