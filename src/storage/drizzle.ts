import type { StorageAdapter } from "../ports/storage.js";
import { drizzleClient, drizzleExecutor } from "./drizzle/drizzle-client.js";
import { drizzleInstance } from "./drizzle/drizzle-instance.js";
import { QUERY_COMPILERS } from "./drizzle/query-compilers.js";
import type { KyselyDatabase } from "./internal/sql/database.js";
import { migrate } from "./internal/sql/migrate.js";
import { sqlStorage } from "./internal/sql/storage.js";
import { clientDatabase, clientTransaction } from "./internal/sql-driver/client-database.js";

const NAME = "drizzle";

/** The app's Drizzle database or transaction, of whatever driver and schema: what all of them have in common. */
export interface DrizzleDatabase {
  readonly _: object;
  transaction(run: never): unknown;
}

/** What Drizzle storage takes besides the database. */
export interface DrizzleStorageOptions {
  /** The schema of the database that Mooring's tables are in; it must exist. Default: where the connection looks. */
  readonly schema?: string | undefined;
}

/**
 * Storage in the app's own SQL database, through the app's own Drizzle database and its pool, in tables named
 * `mooring_…`. Run {@link migrateStorage} first. The package `kysely` (0.28 or newer) must be installed as well: it
 * writes the statements that Drizzle runs.
 *
 * Works on PostgreSQL (node-postgres, postgres.js, PGlite), MySQL and MariaDB (mysql2), and SQLite (better-sqlite3,
 * libSQL). Of `withReplicas()` the primary is used. A driver without transactions (neon-http, D1,
 * the proxies) is refused.
 *
 * Guarantees: reading a connection is one statement; a compare-and-swap is one `update` that names id, entity and
 * version; a flow is consumed by the caller whose `delete` removed it; deleting removes what belongs to the record in
 * the same step. Ids, versions and times are compared by the database, so they hold for any number of processes.
 * Values are parameters of the statements, never part of their text. Nothing is opened or closed here.
 *
 * `drizzleStorage(tx)` takes part in a transaction: what it wrote is gone when that is rolled back. On PostgreSQL a
 * `STORAGE_CONFLICT` in there ends the transaction, as any failed statement does. With a synchronous driver
 * (better-sqlite3) that cannot be: its transactions end before an asynchronous call has returned.
 *
 * Every operation throws StorageError, as of `kyselyStorage`. Drizzle's message is not passed on, as it holds the
 * parameters.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `db` is none of these
 * @example
 * ```ts
 * const db = drizzle({ client: pool, schema });
 * await migrateStorage(db);
 * const toolset = new MooringToolSet({ storage: drizzleStorage(db), encryption: { keys }, apps: [github] });
 * ```
 */
export function drizzleStorage(db: DrizzleDatabase, options: DrizzleStorageOptions = {}): StorageAdapter {
  return sqlStorage(NAME, throughDrizzle(db, options));
}

/**
 * Creates Mooring's tables, or brings them up to date. Does nothing when they are; any number of processes may run it
 * at once. The steps done are kept in `mooring_migrations`; the app's own tables and Drizzle's record of migrations are
 * not touched. `drizzle-kit push` and `pull` leave the tables alone with `tablesFilter: ["!mooring_*"]`.
 *
 * A transaction of the app's will do as well, except on MySQL, which commits at each change of the schema.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `db` is none that {@link drizzleStorage} takes
 * @throws StorageError when the database refuses, or was migrated by a newer version of Mooring
 * @example
 * ```ts
 * await migrate(db, { migrationsFolder: "drizzle" });
 * await migrateStorage(db); // at deployment, or each time the app starts
 * ```
 */
export async function migrateStorage(
  db: DrizzleDatabase,
  options: DrizzleStorageOptions = {},
): Promise<void> {
  return migrate(NAME, throughDrizzle(db, options));
}

function throughDrizzle(db: DrizzleDatabase, { schema }: DrizzleStorageOptions): KyselyDatabase {
  const instance = drizzleInstance(db);
  const { engine, inTransaction } = instance;
  const settings = { engine, schema, createQueryCompiler: QUERY_COMPILERS[engine] };
  return inTransaction
    ? clientTransaction(drizzleExecutor(instance), settings)
    : clientDatabase(drizzleClient(instance), settings);
}
