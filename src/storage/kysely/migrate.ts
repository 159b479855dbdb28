import { StorageError } from "../../errors.js";
import type { MooringDatabase } from "./database.js";
import { guarded } from "./errors.js";
import { MIGRATIONS } from "./migrations.js";

const OPERATION = "migrateStorage";
/** What Kysely's dialects need to lock; most take an advisory lock instead and leave the table alone. */
const LOCK = { lockTable: "mooring_migrations_lock", lockRowId: "migration_lock" } as const;

/**
 * Brings the tables up to date. Kysely's own Migrator is not used: 0.28 has it at the package's root and 0.29 only at
 * `kysely/migration`, so no import of it works with both.
 */
export function migrate(db: MooringDatabase): Promise<void> {
  return guarded(OPERATION, async () => {
    const { supportsTransactionalDdl } = db.getExecutor().adapter;
    if (!db.isTransaction) {
      await createBookkeeping(db);
      return supportsTransactionalDdl
        ? await db.transaction().execute(applyInTransaction)
        : await applyUnderLock(db);
    }
    if (!supportsTransactionalDdl) {
      throw new StorageError(
        "STORAGE_FAILED",
        "This database commits at each change of the schema, so `migrateStorage` cannot run in a transaction.",
        { adapter: "kysely", operation: OPERATION, hint: "Pass the Kysely instance itself." },
      );
    }
    await createTables(db);
    await applyInTransaction(db);
  });
}

/** The unique name is the lock: of two processes, the second waits here until the first has committed. */
async function applyInTransaction(transaction: MooringDatabase): Promise<void> {
  for (const { name, up } of await pending(transaction)) {
    const claimed = await transaction
      .insertInto("mooring_migrations")
      .values({ name, applied_at: Date.now() })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .executeTakeFirst();
    if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) await up(transaction);
  }
}

/** Without transactional DDL a claim would outlive a failed step, so a step is recorded when it is done. */
function applyUnderLock(db: MooringDatabase): Promise<void> {
  const { adapter } = db.getExecutor();
  return db.connection().execute(async (connection) => {
    await adapter.acquireMigrationLock(connection, LOCK);
    try {
      for (const { name, up } of await pending(connection)) {
        await up(connection);
        await connection.insertInto("mooring_migrations").values({ name, applied_at: Date.now() }).execute();
      }
    } finally {
      await adapter.releaseMigrationLock(connection, LOCK);
    }
  });
}

/** The steps this database has not had. @throws StorageError when it has had some this version does not know */
async function pending(db: MooringDatabase): Promise<typeof MIGRATIONS> {
  const rows = await db.selectFrom("mooring_migrations").select("name").execute();
  const applied = new Set(rows.map((row) => row.name));
  const steps = MIGRATIONS.filter(({ name }) => !applied.has(name));
  if (applied.size + steps.length > MIGRATIONS.length) {
    throw new StorageError("STORAGE_FAILED", "The database was migrated by a newer version of Mooring.", {
      adapter: "kysely",
      operation: OPERATION,
      hint: "Update the package `mooring` in this process.",
    });
  }
  return steps;
}

async function createBookkeeping(db: MooringDatabase): Promise<void> {
  try {
    await createTables(db);
  } catch (error) {
    // PostgreSQL's `if not exists` can still fail when two sessions create the same table at once, and wants the
    // right to create even where the table is there. What counts is whether it is.
    await db
      .selectFrom("mooring_migrations")
      .select("name")
      .execute()
      .catch(() => {
        throw error;
      });
  }
}

async function createTables(db: MooringDatabase): Promise<void> {
  await db.schema
    .createTable("mooring_migrations_lock")
    .ifNotExists()
    .addColumn("id", "varchar(255)", (column) => column.primaryKey())
    .addColumn("is_locked", "integer", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("mooring_migrations")
    .ifNotExists()
    .addColumn("name", "varchar(255)", (column) => column.primaryKey())
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .execute();
}
