import { StorageError } from "../../../errors.js";
import type { KyselyDatabase, MooringDatabase } from "./database.js";
import { mooringDatabase } from "./database.js";
import { createGuard } from "./errors.js";
import type { Migration } from "./migrations.js";
import { MIGRATIONS } from "./migrations.js";

const OPERATION = "migrateStorage";
/** What Kysely's dialects are told to lock; most take an advisory lock instead and leave the table alone. */
const LOCK = { lockTable: "mooring_migrations_lock", lockRowId: "migration_lock" } as const;

/**
 * Brings the tables up to date, for the adapter of that name: what its users call is `migrateStorage` of
 * `mooring/storage/<name>`, and so errors say. Kysely's own Migrator is not used: 0.28 has it at the package's root and 0.29 only at
 * `kysely/migration`, so no import of it works with both.
 */
export function migrate(name: string, database: KyselyDatabase): Promise<void> {
  const db = mooringDatabase(database);
  return createGuard(name)(OPERATION, async () => {
    const { supportsTransactionalDdl, supportsReturning } = db.getExecutor().adapter;
    // SQLite, which has `returning`, rolls back changes of the schema too; Kysely says otherwise because of its pragmas.
    const rollsBack = supportsTransactionalDdl || supportsReturning;
    if (db.isTransaction && !rollsBack) {
      throw new StorageError(
        "STORAGE_FAILED",
        "This database commits at each change of the schema, so `migrateStorage` cannot run in a transaction.",
        { adapter: name, operation: OPERATION, hint: "Pass the database itself." },
      );
    }
    await createMigrationsTable(db);
    if (!rollsBack) return applyUnderLock(name, db);
    const steps = await pending(name, db);
    if (steps.length === 0) return;
    if (db.isTransaction) return applyInTransaction(db, steps);
    await db.transaction().execute((transaction) => applyInTransaction(transaction, steps));
  });
}

/** The unique name is the lock: of two processes, the second waits here until the first has committed. */
async function applyInTransaction(transaction: MooringDatabase, steps: readonly Migration[]): Promise<void> {
  for (const { name, up } of steps) {
    const claimed = await transaction
      .insertInto("mooring_migrations")
      .values({ name, applied_at: Date.now() })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .executeTakeFirst();
    if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) await up(transaction);
  }
}

/** Where a failed step cannot be rolled back, a claim would outlive it: a step is recorded when it is done. */
async function applyUnderLock(adapterName: string, db: MooringDatabase): Promise<void> {
  await createLockTable(db);
  const { adapter } = db.getExecutor();
  await db.connection().execute(async (connection) => {
    await adapter.acquireMigrationLock(connection, LOCK);
    try {
      for (const { name, up } of await pending(adapterName, connection)) {
        await up(connection);
        await connection.insertInto("mooring_migrations").values({ name, applied_at: Date.now() }).execute();
      }
    } finally {
      await adapter.releaseMigrationLock(connection, LOCK);
    }
  });
}

/** The steps this database has not had. @throws StorageError when it has had some this version does not know */
async function pending(adapterName: string, db: MooringDatabase): Promise<readonly Migration[]> {
  const rows = await db.selectFrom("mooring_migrations").select("name").execute();
  const applied = new Set(rows.map((row) => row.name));
  const steps = MIGRATIONS.filter(({ name }) => !applied.has(name));
  if (applied.size + steps.length > MIGRATIONS.length) {
    throw new StorageError("STORAGE_FAILED", "The database was migrated by a newer version of Mooring.", {
      adapter: adapterName,
      operation: OPERATION,
      hint: "Update the package `mooring` in this process.",
    });
  }
  return steps;
}

function createMigrationsTable(db: MooringDatabase): Promise<void> {
  return unlessThere(
    db,
    () =>
      db.schema
        .createTable("mooring_migrations")
        .ifNotExists()
        .addColumn("name", "varchar(255)", (column) => column.primaryKey())
        .addColumn("applied_at", "bigint", (column) => column.notNull())
        .execute(),
    () => db.selectFrom("mooring_migrations").select("name").limit(1).execute(),
  );
}

async function createLockTable(db: MooringDatabase): Promise<void> {
  const read = db.selectFrom("mooring_migrations_lock").select("id");
  await unlessThere(
    db,
    () =>
      db.schema
        .createTable("mooring_migrations_lock")
        .ifNotExists()
        .addColumn("id", "varchar(255)", (column) => column.primaryKey())
        .addColumn("is_locked", "integer", (column) => column.notNull())
        .execute(),
    () => read.execute(),
  );
  await unlessThere(
    db,
    () => db.insertInto("mooring_migrations_lock").values({ id: LOCK.lockRowId, is_locked: 0 }).execute(),
    () => read.executeTakeFirstOrThrow(),
  );
}

/**
 * PostgreSQL's `if not exists` can still fail when two sessions create the same table at once, and it wants the right
 * to create even where the table is there. What counts is whether it is. (A failed statement ends a transaction, so
 * in one there is nothing more to ask.)
 */
async function unlessThere(
  { isTransaction }: MooringDatabase,
  create: () => Promise<unknown>,
  read: () => Promise<unknown>,
): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (isTransaction) throw error;
    await read().catch(() => {
      throw error;
    });
  }
}
