import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { namedStatements } from "../../examples/named-statements.js";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";
import type { TestDatabase } from "../support/servers.js";
import { describeOn, postgresqlDatabase } from "../support/servers.js";

describeOn("postgresql", "namedStatements", (serverUrl) => {
  let database: TestDatabase;
  let db: Kysely<unknown>;
  beforeAll(async () => {
    database = await postgresqlDatabase(serverUrl);
    const pool = new pg.Pool({ connectionString: database.url, max: 1 });
    pool.on("error", () => {});
    db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: namedStatements(pool) }) });
    await migrateStorage(db);
  });
  afterAll(async () => {
    await db.destroy();
    await database.drop();
  });

  const prepared = async () => {
    const { rows } = await sql<{ statement: string; calls: string }>`
      select statement, generic_plans + custom_plans as calls from pg_prepared_statements
    `.execute(db);
    return rows.filter(({ statement }) => statement.includes("mooring_integrations"));
  };

  it("prepares the read of a connection once, and answers as ever", async () => {
    const { integrations, connections } = kyselyStorage(db);
    await integrations.insert(INTEGRATION);
    await connections.insert(CONNECTION);
    for (let read = 0; read < 3; read += 1) {
      expect(await connections.get(CONNECTION)).toEqual({ connection: CONNECTION, integration: INTEGRATION });
    }
    const reads = (await prepared()).filter(({ statement }) => statement.startsWith("select"));
    expect(reads.map(({ calls }) => Number(calls))).toEqual([3]);
  });

  it("keeps transactions", async () => {
    const rolledBack = db.transaction().execute(async (transaction) => {
      await kyselyStorage(transaction).connections.delete(CONNECTION);
      throw new Error("rolled back");
    });
    await expect(rolledBack).rejects.toThrow("rolled back");
    expect(await kyselyStorage(db).connections.get(CONNECTION)).not.toBeNull();
  });
});
