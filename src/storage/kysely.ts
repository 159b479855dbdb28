import type { StorageAdapter } from "../ports/storage.js";
import type { KyselyDatabase } from "./internal/sql/database.js";
import { migrate } from "./internal/sql/migrate.js";
import { sqlStorage } from "./internal/sql/storage.js";

export type { KyselyDatabase } from "./internal/sql/database.js";

/**
 * Storage in the app's own SQL database, through the app's own Kysely instance (0.28 or newer), in tables named
 * `mooring_…`. Run {@link migrateStorage} first.
 *
 * Tested with the conformance suite on PostgreSQL 15 (pg, and PGlite in the process), MariaDB 10.11 (mysql2) and SQLite
 * 3.51 and 3.53 (node:sqlite, node-sqlite3-wasm). MySQL needs 8.0.17; its statements are those MariaDB is tested with.
 *
 * Guarantees, for any number of processes, as the database itself compares ids, versions and times:
 *
 * - Reading a connection with its integration is one statement, and so is a compare-and-swap, by id, entity and version.
 * - Of any number of callers one consumes a flow, one takes a lease, and one is handed an event.
 * - Deleting removes what belongs to the record in the same step, and an event is recorded in the step of the write it
 *   tells of: one statement on PostgreSQL, a transaction elsewhere.
 * - Text is compared byte by byte: two ids the app tells apart are never one, whatever the database's collation.
 * - Leases are timed by the database's clock.
 *
 * They hold under the default isolation level of each database and under stricter ones. What the database rolls back for
 * another's sake (a deadlock, a serialization failure, a locked file) is run again, up to six times within two seconds,
 * but not in a transaction of the app's. What fails because a connection broke is not run again here: it may have been done.
 *
 * The database user needs SELECT, INSERT, UPDATE and DELETE on the tables. All of it must go to the primary: a replica is
 * behind what was just written, and who reads from one refreshes a token that has been replaced. With pg, listen for
 * `error` on the pool and on its clients: Node ends a process in which a connection breaks and nobody listens.
 *
 * The instance's plugins are left out, its schema (`db.withSchema("auth")`) is kept, and its pool stays the app's: nothing
 * is closed here. `kyselyStorage(transaction)` takes part in a transaction: what it wrote is gone when that is rolled
 * back. On PostgreSQL a `STORAGE_CONFLICT` in there ends the transaction, as any failed statement does.
 *
 * Every operation throws StorageError: `STORAGE_CONFLICT`; `STORAGE_NOT_MIGRATED` or `STORAGE_SCHEMA_NEWER`, which name
 * the steps; `STORAGE_ACCESS_DENIED`; or `STORAGE_FAILED`, which is retryable when the connection broke or the database gave
 * way. The driver's message is not passed on, as it can hold values of the row.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `db` is no Kysely instance, or of a database none of these
 * @example
 * ```ts
 * const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
 * await migrateStorage(db);
 * const toolset = new MooringToolSet({ storage: kyselyStorage(db), encryption: { keys }, apps: [github] });
 * ```
 */
export function kyselyStorage(db: KyselyDatabase): StorageAdapter {
  return sqlStorage("kysely", db);
}

/**
 * Creates Mooring's tables, or brings them up to date. Does nothing when they are; any number of processes may run it
 * at once. The steps done are kept in `mooring_migrations`; the app's own tables and migrations are not touched.
 *
 * On PostgreSQL and SQLite a step that fails leaves nothing. MySQL and MariaDB cannot undo a change of the schema: there,
 * what a failed step has made stays, and the next run goes on from it.
 *
 * In a migration of the app's own, pass the database that migration was given: a transaction, on PostgreSQL and SQLite.
 *
 * @throws StorageError `STORAGE_SCHEMA_NEWER` when a newer version of Mooring has migrated the database,
 *   `STORAGE_ACCESS_DENIED` when its user may not CREATE (on MySQL also REFERENCES and INDEX), `STORAGE_FAILED` when it refuses
 * @example
 * ```ts
 * await migrateStorage(db); // at deployment, or each time the app starts
 * ```
 */
export function migrateStorage(db: KyselyDatabase): Promise<void> {
  return migrate("kysely", db);
}
