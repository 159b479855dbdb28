import type { Kysely } from "kysely";
import { Migrator, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";
import type { HostDatabase, HostTables } from "../../../support/pglite.js";
import { startPglite } from "../../../support/pglite.js";
import { INTEGRATION } from "../../../support/records.js";

let host: HostDatabase;
beforeAll(async () => {
  host = await startPglite();
});
afterAll(() => host.db.destroy());
beforeEach(async () => {
  for (const name of await tableNames()) {
    if (name !== "users") await sql`drop table ${sql.table(name)} cascade`.execute(host.db);
  }
});

async function tableNames(): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    select tablename as name from pg_tables where schemaname = 'public' order by 1`.execute(host.db);
  return rows.map(({ name }) => name);
}

const MOORING_TABLES = [
  "mooring_connections",
  "mooring_events",
  "mooring_flows",
  "mooring_integrations",
  "mooring_leases",
  "mooring_migrations",
];

async function works(db: Kysely<HostTables>): Promise<boolean> {
  await kyselyStorage(db).integrations.insert(INTEGRATION);
  return kyselyStorage(db).integrations.delete(INTEGRATION.id);
}

describe("migrateStorage", () => {
  it("creates Mooring's tables and touches none of the app's", async () => {
    await migrateStorage(host.db);
    expect(await tableNames()).toEqual([...MOORING_TABLES, "users"]);
    expect(await host.db.selectFrom("users").selectAll().execute()).toEqual([{ id: 1, name: "Ada" }]);
    expect(await works(host.db)).toBe(true);
  });

  it("does nothing the second time, and keeps what is stored", async () => {
    await migrateStorage(host.db);
    await kyselyStorage(host.db).integrations.insert(INTEGRATION);
    host.statements.length = 0;
    await migrateStorage(host.db);
    expect(host.statements.map((statement) => statement.sql)).toEqual([
      expect.stringMatching(/^create table if not exists "mooring_migrations"/),
      'select "name" from "mooring_migrations"',
    ]);
    expect(await kyselyStorage(host.db).integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
  });

  it("can be run several times at once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => migrateStorage(host.db)));
    expect(await works(host.db)).toBe(true);
  });

  it("leaves nothing half-made when a step fails", async () => {
    await sql`create table mooring_flows (id text)`.execute(host.db);
    await expect(migrateStorage(host.db)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      operation: "migrateStorage",
    });
    expect(await tableNames()).toEqual(["mooring_flows", "mooring_migrations", "users"]);
    await sql`drop table mooring_flows`.execute(host.db);
    await migrateStorage(host.db);
    expect(await works(host.db)).toBe(true);
  });

  it("refuses a database that a newer version has migrated", async () => {
    await migrateStorage(host.db);
    await sql`insert into mooring_migrations values ('9999_later', 0)`.execute(host.db);
    await expect(migrateStorage(host.db)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("newer version of Mooring"),
    });
  });

  it("lives beside the app's own migrations, and can be a part of one", async () => {
    const migrator = new Migrator({
      db: host.db,
      provider: { getMigrations: async () => ({ "001": { up: (db) => migrateStorage(db) } }) },
    });
    for (const status of [["Success"], []]) {
      const { error, results } = await migrator.migrateToLatest();
      expect(error).toBeUndefined();
      expect(results?.map((result) => result.status)).toEqual(status);
    }
    await migrateStorage(host.db);
    expect(await tableNames()).toEqual([
      "kysely_migration",
      "kysely_migration_lock",
      ...MOORING_TABLES,
      "users",
    ]);
    expect(await works(host.db)).toBe(true);
  });

  it("is undone with the transaction it ran in", async () => {
    const transaction = await host.db.startTransaction().execute();
    await migrateStorage(transaction);
    await transaction.rollback().execute();
    expect(await tableNames()).toEqual(["users"]);
  });

  it("needs no right to create tables when they are there", async () => {
    await migrateStorage(host.db);
    await host.pglite.exec("create role app; grant all on all tables in schema public to app; set role app");
    try {
      await expect(host.pglite.exec("create table other (id int)")).rejects.toThrow("permission denied");
      await migrateStorage(host.db);
      expect(await works(host.db)).toBe(true);
    } finally {
      await host.pglite.exec("reset role");
    }
  });

  it("says so when it has not run", async () => {
    await expect(kyselyStorage(host.db).integrations.get(INTEGRATION.id)).rejects.toMatchObject({
      name: "StorageError",
      code: "STORAGE_NOT_MIGRATED",
      retryable: false,
      hint: expect.stringContaining("migrateStorage(db)"),
    });
  });
});
