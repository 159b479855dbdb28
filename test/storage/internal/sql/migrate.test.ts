import type { Kysely } from "kysely";
import { Migrator, sql } from "kysely";
import { beforeEach, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";
import type { HostTables } from "../../../support/pglite.js";
import { INTEGRATION } from "../../../support/records.js";
import { describeSqlEngines } from "../../../support/sql-engines.js";

const MOORING_TABLES = [
  "mooring_connections",
  "mooring_events",
  "mooring_flows",
  "mooring_integrations",
  "mooring_leases",
  "mooring_migrations",
];
/** Each before those it refers to. */
const TABLES_TO_DROP = [
  "mooring_flows",
  "mooring_connections",
  "mooring_integrations",
  "mooring_leases",
  "mooring_events",
  "mooring_migrations",
  "kysely_migration",
  "kysely_migration_lock",
];

async function tableNames(db: Kysely<HostTables>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  return tables.map(({ name }) => name).sort();
}

async function works(db: Kysely<HostTables>): Promise<boolean> {
  await kyselyStorage(db).integrations.insert(INTEGRATION);
  return kyselyStorage(db).integrations.delete(INTEGRATION.id);
}

describeSqlEngines("migrateStorage", (database, { family }) => {
  const db = () => database().db;
  beforeEach(async () => {
    for (const name of TABLES_TO_DROP) await db().schema.dropTable(name).ifExists().execute();
  });

  it("creates Mooring's tables and touches none of the app's", async () => {
    await migrateStorage(db());
    expect(await tableNames(db())).toEqual([...MOORING_TABLES, "users"]);
    expect(await db().selectFrom("users").selectAll().execute()).toEqual([{ id: 1, name: "Ada" }]);
    expect(await works(db())).toBe(true);
  });

  it("does nothing the second time, and keeps what is stored", async () => {
    await migrateStorage(db());
    await kyselyStorage(db()).integrations.insert(INTEGRATION);
    database().statements.length = 0;
    await migrateStorage(db());
    expect(database().statements.map((statement) => statement.sql)).toEqual([
      expect.stringMatching(/^create table if not exists ["`]mooring_migrations["`]/),
      expect.stringMatching(/^select ["`]name["`] from ["`]mooring_migrations["`]$/),
    ]);
    expect(await kyselyStorage(db()).integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
  });

  it("can be run by several processes at once", async () => {
    const processes = Array.from({ length: 5 }, () => database().connect({ max: 2 }));
    await Promise.all(processes.map((each) => migrateStorage(each)));
    expect(await tableNames(db())).toEqual([...MOORING_TABLES, "users"]);
    expect(await works(db())).toBe(true);
    const names = await sql<{ name: string }>`select name from mooring_migrations`.execute(db());
    expect(names.rows.map(({ name }) => name)).toEqual(["0001_initial"]);
  });

  it("refuses a database that a newer version has migrated", async () => {
    await migrateStorage(db());
    await sql`insert into mooring_migrations values ('9999_later', 0)`.execute(db());
    await expect(migrateStorage(db())).rejects.toMatchObject({
      code: "STORAGE_SCHEMA_NEWER",
      operation: "migrateStorage",
      retryable: false,
      message: expect.stringContaining("9999_later"),
    });
  });

  it("lives beside the app's own migrations, and can be a part of one", async () => {
    const migrator = new Migrator({
      db: db(),
      provider: { getMigrations: async () => ({ "001": { up: (inside) => migrateStorage(inside) } }) },
    });
    for (const status of [["Success"], []]) {
      const { error, results } = await migrator.migrateToLatest();
      expect(error).toBeUndefined();
      expect(results?.map((result) => result.status)).toEqual(status);
    }
    await migrateStorage(db());
    expect(await tableNames(db())).toEqual([
      "kysely_migration",
      "kysely_migration_lock",
      ...MOORING_TABLES,
      "users",
    ]);
    expect(await works(db())).toBe(true);
  });

  if (family === "mysql") {
    it("is refused in a transaction, which the first change of the schema would commit", async () => {
      const transaction = await db().startTransaction().execute();
      await expect(migrateStorage(transaction)).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        hint: "Pass the database itself.",
      });
      await transaction.rollback().execute();
      expect(await tableNames(db())).toEqual(["users"]);
    });

    it("goes on where a step ended half-way", async () => {
      await sql`create view mooring_leases as select 1 as id`.execute(db());
      await expect(migrateStorage(db())).rejects.toMatchObject({ code: "STORAGE_FAILED" });
      expect(await tableNames(db())).toContain("mooring_connections");
      await kyselyStorage(db()).integrations.insert(INTEGRATION);
      await sql`drop view mooring_leases`.execute(db());
      await migrateStorage(db());
      expect(await tableNames(db())).toEqual([...MOORING_TABLES, "users"]);
      expect(await kyselyStorage(db()).integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
    });
  } else {
    it("is undone with the transaction it ran in", async () => {
      const transaction = await db().startTransaction().execute();
      await migrateStorage(transaction);
      await transaction.rollback().execute();
      expect(await tableNames(db())).toEqual(["users"]);
    });

    it("leaves nothing half-made when a step fails, and says what is in the way", async () => {
      await db().schema.createTable("mooring_flows").addColumn("id", "text").execute();
      await expect(migrateStorage(db())).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        operation: "migrateStorage",
        message: expect.stringContaining("there already"),
      });
      expect(await tableNames(db())).toEqual(["mooring_flows", "mooring_migrations", "users"]);
      await db().schema.dropTable("mooring_flows").execute();
      await migrateStorage(db());
      expect(await works(db())).toBe(true);
    });
  }
});
