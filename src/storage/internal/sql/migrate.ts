import { StorageError } from "../../../errors.js";
import type { KyselyDatabase, MooringDatabase } from "./database.js";
import { atomically, mooringDatabase } from "./database.js";
import { engineOf } from "./engine.js";
import { createGuard, newerSchema } from "./errors.js";
import type { SchemaBuilder } from "./migrations/schema-builder.js";
import { schemaBuilder } from "./migrations/schema-builder.js";
import type { Migration } from "./migrations.js";
import { MIGRATIONS } from "./migrations.js";
import { readSchemaState } from "./schema-state.js";

const OPERATION = "migrateStorage";

/**
 * Brings the tables up to date, for the adapter of that name: what its users call is `migrateStorage` of
 * `mooring/storage/<name>`, and so errors say. Kysely's own Migrator is not used: 0.28 has it at the package's root and
 * 0.29 only at `kysely/migration`, so no import of it works with both.
 */
export async function migrate(name: string, database: KyselyDatabase): Promise<void> {
  const db = mooringDatabase(database);
  const engine = engineOf(db);
  const guarded = createGuard(name, { repeats: !db.isTransaction });
  return guarded(OPERATION, async () => {
    if (db.isTransaction && engine === "mysql") {
      throw new StorageError(
        "STORAGE_FAILED",
        "This database commits at each change of the schema, so `migrateStorage` cannot run in a transaction.",
        { adapter: name, operation: OPERATION, hint: "Pass the database itself." },
      );
    }
    await createMigrationsTable(db);
    const { missing, unknown } = await readSchemaState(db);
    if (unknown.length > 0) {
      const { code, message, ...options } = newerSchema(unknown);
      throw new StorageError(code, message, { adapter: name, operation: OPERATION, ...options });
    }
    const steps = MIGRATIONS.filter((step) => missing.includes(step.name));
    if (steps.length === 0) return;
    if (engine === "mysql") return applyOneByOne(db, steps, await schemaBuilder(db, engine));
    await atomically(db, async (transaction) =>
      applyTogether(transaction, steps, await schemaBuilder(transaction, engine)),
    );
  });
}

/** The unique name is the lock: of two processes, the second waits here until the first has committed. */
async function applyTogether(
  transaction: MooringDatabase,
  steps: readonly Migration[],
  schema: SchemaBuilder,
): Promise<void> {
  for (const { name, up } of steps) {
    const claimed = await transaction
      .insertInto("mooring_migrations")
      .values({ name, applied_at: Date.now() })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .executeTakeFirst();
    if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) await up(schema);
  }
}

/**
 * MySQL cannot roll a step back, so a claim would outlive a step that fails: one is recorded when it is done, and does not
 * mind being done by two at once. There is no lock that a process which dies, or a connection pool, could keep.
 */
async function applyOneByOne(
  db: MooringDatabase,
  steps: readonly Migration[],
  schema: SchemaBuilder,
): Promise<void> {
  for (const { name, up } of steps) {
    await up(schema);
    await db
      .insertInto("mooring_migrations")
      .values({ name, applied_at: Date.now() })
      .onDuplicateKeyUpdate({ name })
      .execute();
  }
}

/**
 * PostgreSQL's `if not exists` can still fail when two sessions create the same table at once, and it wants the right
 * to create even where the table is there. What counts is whether it is. (A failed statement ends a transaction, so
 * in one there is nothing more to ask.)
 */
async function createMigrationsTable(db: MooringDatabase): Promise<void> {
  try {
    await db.schema
      .createTable("mooring_migrations")
      .ifNotExists()
      .addColumn("name", "varchar(255)", (column) => column.primaryKey())
      .addColumn("applied_at", "bigint", (column) => column.notNull())
      .execute();
  } catch (error) {
    if (db.isTransaction) throw error;
    await db
      .selectFrom("mooring_migrations")
      .select("name")
      .limit(1)
      .execute()
      .catch(() => {
        throw error;
      });
  }
}
