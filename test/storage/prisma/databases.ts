import { PrismaMariaDb } from "@prisma/adapter-mariadb";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import { migrateStorage } from "../../../src/storage/prisma.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "../../support/servers.js";
import type { GeneratedClient } from "./generated-client.js";
import { generatedClient } from "./generated-client.js";
import { pglitePool } from "./pglite-pool.js";
import { sqliteAdapter } from "./sqlite-adapter.js";

interface Opened {
  readonly prisma: GeneratedClient;
  readonly provider: Provider;
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

/** What lists the tables there, by provider. */
const TABLE_NAMES = {
  postgresql: "select tablename::text as name from pg_tables where schemaname = current_schema()",
  mysql: "select table_name as name from information_schema.tables where table_schema = database()",
  sqlite: "select name from sqlite_master where type = 'table'",
} as const;
type Provider = keyof typeof TABLE_NAMES;

async function open(
  provider: Provider,
  adapter: unknown,
  closeDatabase: () => Promise<void>,
): Promise<Opened> {
  const PrismaClient = await generatedClient(provider);
  const prisma = new PrismaClient({ adapter });
  return { prisma, provider, close: () => prisma.$disconnect().then(closeDatabase) };
}

async function openPglite(): Promise<Opened> {
  const pool = await pglitePool();
  return open("postgresql", new PrismaPg(pool), () => pool.end());
}

async function openSqlite(): Promise<Opened> {
  return open("sqlite", sqliteAdapter(), async () => {});
}

async function openPostgresql(serverUrl: string): Promise<Opened> {
  const { url, drop } = await postgresqlDatabase(serverUrl);
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  return open("postgresql", new PrismaPg(pool), () => pool.end().then(drop));
}

async function openMysql(serverUrl: string): Promise<Opened> {
  const { url, drop } = await mysqlDatabase(serverUrl);
  return open("mysql", new PrismaMariaDb(url), drop);
}

/** Tests of what a client does; `tableNames` asks its database, in order. An embedded one tells time by the process's `Date`. */
type Suite = (
  prisma: () => GeneratedClient,
  tableNames: () => Promise<readonly string[]>,
  embedded: boolean,
) => void;

function suiteOn(openOne: () => Promise<Opened>, suite: Suite, embedded: boolean): void {
  let opened: Opened | undefined;
  const current = (): Opened => {
    if (opened === undefined) throw new Error("The database is not open.");
    return opened;
  };
  beforeAll(async () => {
    opened = await openOne();
    const { prisma } = opened;
    await prisma.$executeRawUnsafe("create table users (id integer primary key, name varchar(255) not null)");
    await migrateStorage(prisma);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of TABLES) await current().prisma.$executeRawUnsafe(`delete from ${table}`);
  });
  suite(
    () => current().prisma,
    async () => {
      const rows: unknown = await current().prisma.$queryRawUnsafe(TABLE_NAMES[current().provider]);
      return (Array.isArray(rows) ? rows : []).map(({ name }) => String(name)).sort();
    },
    embedded,
  );
}

/** All rows of Mooring's tables, as text. */
export async function dumpOf(prisma: GeneratedClient): Promise<string> {
  const tables = TABLES.filter((table) => table.startsWith("mooring_"));
  const rows = await Promise.all(tables.map((table) => prisma.$queryRawUnsafe(`select * from ${table}`)));
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/**
 * A suite on every database Prisma is tested on: the embedded ones always, servers where they are. Mooring's tables and
 * the app's `users` are empty before each test.
 */
export function describeEachPrisma(name: string, suite: Suite): void {
  describe(`${name} [on pglite]`, () => suiteOn(openPglite, suite, true));
  describe(`${name} [on sqlite]`, () => suiteOn(openSqlite, suite, true));
  describeOn("postgresql", `${name}, adapter-pg`, (url) => suiteOn(() => openPostgresql(url), suite, false));
  describeOn("mysql", `${name}, adapter-mariadb`, (url) => suiteOn(() => openMysql(url), suite, false));
}
