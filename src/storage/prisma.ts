import type { StorageAdapter } from "../ports/storage.js";
import type { KyselyDatabase } from "./internal/sql/database.js";
import { migrate } from "./internal/sql/migrate.js";
import { sqlStorage } from "./internal/sql/storage.js";
import { clientDatabase, clientTransaction } from "./internal/sql-driver/client-database.js";
import { prismaClient, prismaExecutor } from "./prisma/prisma-client.js";
import type { TransactionLimits } from "./prisma/prisma-instance.js";
import { prismaInstance } from "./prisma/prisma-instance.js";

const NAME = "prisma";
/** A migration may have to wait for another process's. */
const MIGRATION_LIMITS = { maxWait: 60_000, timeout: 600_000 } as const;

/** The app's Prisma client or interactive transaction: what all of them have in common. */
export interface PrismaDatabase {
  $queryRawUnsafe(statement: string, ...parameters: never[]): PromiseLike<unknown>;
  $executeRawUnsafe(statement: string, ...parameters: never[]): PromiseLike<number>;
}

/** What Prisma storage takes besides the client. */
export interface PrismaStorageOptions {
  /** The schema of the database that Mooring's tables are in; it must exist. Default: where the connection looks. */
  readonly schema?: string | undefined;
  /** The client's provider. Default: the client's own word, which Prisma does not document. */
  readonly provider?: "postgresql" | "mysql" | "sqlite" | undefined;
}

/**
 * The names of Mooring's tables, for `tables.external` in `prisma.config.ts`: Prisma's migrations then leave them alone.
 *
 * @example
 * ```ts
 * export default defineConfig({
 *   experimental: { externalTables: true },
 *   tables: { external: [...MOORING_TABLES] },
 * });
 * ```
 */
export const MOORING_TABLES: readonly string[] = [
  "mooring_integrations",
  "mooring_connections",
  "mooring_flows",
  "mooring_leases",
  "mooring_events",
  "mooring_migrations",
];

/**
 * Storage in the app's own SQL database, through the app's own Prisma client (6 or 7, with a driver adapter) and its
 * pool, in tables named `mooring_…`. Run {@link migrateStorage} first. The package `kysely` (0.28 or newer) must be
 * installed as well: it writes the statements that Prisma runs.
 *
 * Works on PostgreSQL, MySQL, MariaDB and SQLite, with an extended client too. No model is added to the app's schema.
 *
 * Guarantees: reading a connection is one statement; a compare-and-swap is one `update` that names id, entity and
 * version; a flow is consumed by the caller whose `delete` removed it; deleting removes what belongs to the record in
 * the same step. What takes several statements is one interactive transaction, within the limits of
 * `transactionOptions`. Ids, versions and times are compared by the database, so they hold for any number of processes.
 * Values are parameters of the statements, never part of their text. Nothing is opened or closed here.
 *
 * `prismaStorage(tx)` takes part in an interactive transaction: what it wrote is gone when that is rolled back. On
 * PostgreSQL a `STORAGE_CONFLICT` in there ends the transaction, as any failed statement does.
 *
 * Every operation throws StorageError, as of `kyselyStorage`. Prisma's message is not passed on, as it can hold values of
 * the row.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `prisma` is none of these
 * @example
 * ```ts
 * const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString }) });
 * await migrateStorage(prisma);
 * const toolset = new MooringToolSet({ storage: prismaStorage(prisma), encryption: { keys }, apps: [github] });
 * ```
 */
export function prismaStorage(prisma: PrismaDatabase, options: PrismaStorageOptions = {}): StorageAdapter {
  return sqlStorage(NAME, throughPrisma(prisma, options));
}

/**
 * Creates Mooring's tables, or brings them up to date. Does nothing when they are; any number of processes may run it
 * at once. The steps done are kept in `mooring_migrations`; the app's own tables and Prisma's record of migrations are
 * not touched. For Prisma's own migrations to leave these tables alone, name {@link MOORING_TABLES} as external.
 *
 * An interactive transaction will do as well, except on MySQL, which commits at each change of the schema.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `prisma` is none that {@link prismaStorage} takes
 * @throws StorageError when the database refuses, or was migrated by a newer version of Mooring
 * @example
 * ```ts
 * await migrateStorage(prisma); // at deployment, after `prisma migrate deploy`, or each time the app starts
 * ```
 */
export async function migrateStorage(
  prisma: PrismaDatabase,
  options: PrismaStorageOptions = {},
): Promise<void> {
  return migrate(NAME, throughPrisma(prisma, options, MIGRATION_LIMITS));
}

function throughPrisma(
  prisma: PrismaDatabase,
  { provider, schema }: PrismaStorageOptions,
  limits?: TransactionLimits,
): KyselyDatabase {
  const instance = prismaInstance(prisma, provider);
  const settings = { engine: instance.engine, schema };
  return instance.inTransaction
    ? clientTransaction(prismaExecutor(instance.prisma), settings)
    : clientDatabase(prismaClient(instance.prisma, limits), settings);
}
