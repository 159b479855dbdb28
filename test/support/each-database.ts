import { Kysely, MysqlDialect, PostgresDialect, sql } from "kysely";
import { createPool } from "mysql2";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { migrateStorage } from "../../src/storage/kysely.js";
import type { HostTables } from "./pglite.js";
import { startPglite } from "./pglite.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "./servers.js";

interface Opened {
  readonly db: Kysely<HostTables>;
  close(): Promise<void>;
}

const TABLES = [
  "mooring_events",
  "mooring_flows",
  "mooring_connections",
  "mooring_integrations",
  "mooring_leases",
  "users",
];

async function openPglite(): Promise<Opened> {
  const { db } = await startPglite();
  return { db, close: () => db.destroy() };
}

async function withUsers(db: Kysely<HostTables>): Promise<Kysely<HostTables>> {
  await db.schema
    .createTable("users")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("name", "varchar(255)", (column) => column.notNull())
    .execute();
  return db;
}

async function openPostgresql(serverUrl: string): Promise<Opened> {
  const { url, drop } = await postgresqlDatabase(serverUrl);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const db = await withUsers(new Kysely<HostTables>({ dialect: new PostgresDialect({ pool }) }));
  return { db, close: () => db.destroy().then(drop) };
}

async function openMysql(serverUrl: string): Promise<Opened> {
  const { url, drop } = await mysqlDatabase(serverUrl);
  const pool = createPool({ uri: url, connectionLimit: 10 });
  const db = await withUsers(new Kysely<HostTables>({ dialect: new MysqlDialect({ pool }) }));
  return { db, close: () => db.destroy().then(drop) };
}

type Engine = "pglite" | "postgresql" | "mysql";
type Suite = (db: () => Kysely<HostTables>, engine: Engine) => void;

function suiteOn(open: () => Promise<Opened>, suite: Suite, engine: Engine): void {
  let opened: Opened | undefined;
  const db = (): Kysely<HostTables> => {
    if (opened === undefined) throw new Error("The database is not open.");
    return opened.db;
  };
  beforeAll(async () => {
    opened = await open();
    await migrateStorage(opened.db);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of TABLES) await sql`delete from ${sql.table(table)}`.execute(db());
  });
  suite(db, engine);
}

/**
 * A suite on every SQL database there is: the embedded one always, servers where they are. Mooring's tables and the
 * app's `users` are empty before each test.
 */
export function describeEachDatabase(name: string, suite: Suite): void {
  describe(`${name} [on pglite]`, () => suiteOn(openPglite, suite, "pglite"));
  describeOn("postgresql", name, (url) => suiteOn(() => openPostgresql(url), suite, "postgresql"));
  describeOn("mysql", name, (url) => suiteOn(() => openMysql(url), suite, "mysql"));
}
