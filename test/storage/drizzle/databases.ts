import { PGlite } from "@electric-sql/pglite";
import type { SQL, TablesRelationalConfig } from "drizzle-orm";
import { sql } from "drizzle-orm";
import { BetterSQLiteSession } from "drizzle-orm/better-sqlite3/session";
import { LibSQLSession } from "drizzle-orm/libsql/session";
import type { MySql2Database } from "drizzle-orm/mysql2";
import { drizzle as onMysql2 } from "drizzle-orm/mysql2";
import { drizzle as onPg } from "drizzle-orm/node-postgres";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as onPglite } from "drizzle-orm/pglite";
import { drizzle as onPostgresJs } from "drizzle-orm/postgres-js";
import { BaseSQLiteDatabase, SQLiteAsyncDialect, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { createPool } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe } from "vitest";
import type { DrizzleDatabase } from "../../../src/storage/drizzle.js";
import { migrateStorage } from "../../../src/storage/drizzle.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "../../support/servers.js";
import { likeBetterSqlite3, likeLibsql } from "./sqlite-clients.js";

/** The app's Drizzle database, or a transaction of it, in which it has a table `users`. */
export interface HostDrizzle {
  readonly db: DrizzleDatabase;
  /** Rows of a statement of the app's own. */
  rows(query: SQL): Promise<readonly unknown[]>;
  /** Rejects where the driver is synchronous: storage cannot be used in a transaction there. */
  transaction(run: (inside: HostDrizzle) => Promise<void>): Promise<void>;
}

interface Opened {
  readonly host: HostDrizzle;
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

function postgresqlHost(db: PgDatabase<PgQueryResultHKT>): HostDrizzle {
  return {
    db,
    async rows(query) {
      const answer: unknown = await db.execute(query);
      return Array.isArray(answer) ? answer : rowsOf(answer);
    },
    transaction: (run) => db.transaction((inside) => run(postgresqlHost(inside))),
  };
}

function mysqlHost(db: Pick<MySql2Database, "_" | "execute" | "transaction">): HostDrizzle {
  return {
    db,
    async rows(query) {
      const [rows]: readonly unknown[] = await db.execute(query);
      return Array.isArray(rows) ? rows : [];
    },
    transaction: (run) => db.transaction((inside) => run(mysqlHost(inside))),
  };
}

function sqliteHost<Schema extends Record<string, unknown>, Relations extends TablesRelationalConfig>(
  db: BaseSQLiteDatabase<"async", unknown, Schema, Relations>,
): HostDrizzle {
  return {
    db,
    rows: async (query) => db.all(query),
    transaction: (run) => db.transaction((inside) => run(sqliteHost(inside))),
  };
}

async function openPglite(): Promise<Opened> {
  const client = await PGlite.create();
  return { host: postgresqlHost(onPglite({ client })), close: () => client.close() };
}

async function openPg(serverUrl: string): Promise<Opened> {
  const { url, drop } = await postgresqlDatabase(serverUrl);
  const client = new pg.Pool({ connectionString: url, max: 10 });
  return { host: postgresqlHost(onPg({ client })), close: () => client.end().then(drop) };
}

async function openPostgresJs(serverUrl: string): Promise<Opened> {
  const { url, drop } = await postgresqlDatabase(serverUrl);
  const db = onPostgresJs({ connection: { url, max: 10, onnotice: () => {} } });
  return { host: postgresqlHost(db), close: () => db.$client.end().then(drop) };
}

async function openMysql2(serverUrl: string): Promise<Opened> {
  const { url, drop } = await mysqlDatabase(serverUrl);
  const client = createPool({ uri: url, connectionLimit: 10 });
  return { host: mysqlHost(onMysql2({ client })), close: () => client.end().then(drop) };
}

async function openLibsql(): Promise<Opened> {
  const { client, close } = likeLibsql();
  const dialect = new SQLiteAsyncDialect();
  const session = new LibSQLSession(client, dialect, undefined, {}, undefined);
  return {
    host: sqliteHost(new BaseSQLiteDatabase("async", dialect, session, undefined)),
    close: async () => close(),
  };
}

async function openBetterSqlite3(): Promise<Opened> {
  const { client, close } = likeBetterSqlite3();
  const dialect = new SQLiteSyncDialect();
  const session = new BetterSQLiteSession(client, dialect, undefined);
  const db = new BaseSQLiteDatabase("sync", dialect, session, undefined);
  return {
    host: {
      db,
      rows: async (query) => db.all(query),
      transaction: () =>
        Promise.reject(new Error("A synchronous driver has none that storage could wait in.")),
    },
    close: async () => close(),
  };
}

function rowsOf(answer: unknown): readonly unknown[] {
  const rows: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "rows") : null;
  return Array.isArray(rows) ? rows : [];
}

/** Tests of one driver. An embedded engine tells time by the process's `Date`. */
type Suite = (host: () => HostDrizzle, engine: { readonly embedded: boolean }) => void;

function suiteOn(open: () => Promise<Opened>, suite: Suite, embedded: boolean): void {
  let opened: Opened | undefined;
  const host = (): HostDrizzle => {
    if (opened === undefined) throw new Error("The database is not open.");
    return opened.host;
  };
  beforeAll(async () => {
    opened = await open();
    await host().rows(sql.raw("create table users (id integer primary key, name varchar(255) not null)"));
    await migrateStorage(host().db);
  });
  afterAll(() => opened?.close());
  beforeEach(async () => {
    for (const table of TABLES) await host().rows(sql.raw(`delete from ${table}`));
  });
  suite(host, { embedded });
}

/** All rows of Mooring's tables, as text. */
export async function dumpOf(host: HostDrizzle): Promise<string> {
  const tables = TABLES.filter((table) => table.startsWith("mooring_"));
  const rows = await Promise.all(tables.map((table) => host.rows(sql.raw(`select * from ${table}`))));
  return JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

/**
 * A suite on every driver of Drizzle's whose transactions storage can take part in: the embedded ones always, servers
 * where they are. Mooring's tables and the app's `users` are empty before each test.
 */
export function describeEachAsyncDriver(name: string, suite: Suite): void {
  describe(`${name} [on pglite]`, () => suiteOn(openPglite, suite, true));
  describe(`${name} [on sqlite, libsql]`, () => suiteOn(openLibsql, suite, true));
  describeOn("postgresql", `${name}, node-postgres`, (url) => suiteOn(() => openPg(url), suite, false));
  describeOn("postgresql", `${name}, postgres.js`, (url) => suiteOn(() => openPostgresJs(url), suite, false));
  describeOn("mysql", `${name}, mysql2`, (url) => suiteOn(() => openMysql2(url), suite, false));
}

/** The same, with synchronous drivers as well. */
export function describeEachDriver(name: string, suite: Suite): void {
  describeEachAsyncDriver(name, suite);
  describe(`${name} [on sqlite, better-sqlite3]`, () => suiteOn(openBetterSqlite3, suite, true));
}
