import type { StorageAdapter } from "../ports/storage.js";
import type { KyselyDatabase } from "./internal/sql/database.js";
import { migrate } from "./internal/sql/migrate.js";
import { sqlStorage } from "./internal/sql/storage.js";

export type { KyselyDatabase } from "./internal/sql/database.js";

/**
 * Storage in the app's own SQL database, through the app's own Kysely instance (0.28 or newer), in tables named
 * `mooring_…`. Run {@link migrateStorage} first.
 *
 * Guarantees: reading a connection is one statement; a compare-and-swap is one `update` that names id, entity and
 * version; a flow is consumed by the caller whose `delete` removed it; deleting removes what belongs to the record in
 * the same transaction. Ids, versions and times are compared by the database, so they hold for any number of
 * processes. The instance's plugins are left out, its schema (`db.withSchema("auth")`) is kept, and its pool stays the
 * app's: nothing is closed here.
 *
 * `kyselyStorage(transaction)` takes part in a transaction: what it wrote is gone when that is rolled back. On
 * PostgreSQL a `STORAGE_CONFLICT` in there ends the transaction, as any failed statement does.
 *
 * Every operation throws StorageError: `STORAGE_CONFLICT`, `STORAGE_NOT_MIGRATED`, or `STORAGE_FAILED`, which is
 * retryable when the connection broke. The driver's message is not passed on, as it can hold values of the row.
 *
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
 * In a migration of the app's own, pass the database (a transaction, on PostgreSQL) that migration was given.
 *
 * @throws StorageError `STORAGE_FAILED` when the database refuses, or was migrated by a newer version of Mooring
 * @example
 * ```ts
 * await migrateStorage(db); // at deployment, or each time the app starts
 * ```
 */
export function migrateStorage(db: KyselyDatabase): Promise<void> {
  return migrate("kysely", db);
}
