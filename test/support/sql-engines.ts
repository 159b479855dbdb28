import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import type { CompiledQuery, Dialect } from "kysely";
import { Kysely, MysqlDialect, PostgresDialect, SqliteDialect, sql } from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";
import { createPool } from "mysql2";
import pg from "pg";
import { afterAll, beforeAll, describe } from "vitest";
import type { HostTables } from "./pglite.js";
import type { ServerKind } from "./server-urls.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "./servers.js";
import type { SqliteDriver, SqliteOptions } from "./sqlite-drivers.js";
import { hasNodeSqlite, openSqlite } from "./sqlite-drivers.js";

export type SqlEngineName = "pglite" | "postgresql" | "mariadb" | SqliteDriver;
export type SqlFamily = "postgresql" | "mysql" | "sqlite";

/** An empty database of one test file's own. */
export interface SqlDatabase {
  readonly engine: SqlEngineName;
  readonly family: SqlFamily;
  /** With a table `users` of the app's own, in which is Ada. */
  readonly db: Kysely<HostTables>;
  /** Every statement `db` has run so far; set `length` to 0 to begin anew. */
  readonly statements: CompiledQuery[];
  /** Where the servers' clients connect; the file, for SQLite. */
  readonly url: string;
  /**
   * The same database over connections of their own, closed with it; over the only one there is, on PGlite.
   *
   * @param max connections at most. Default: 10
   * @param onConnect statement that each connection to a server begins with
   */
  connect(
    options?: { readonly url?: string; readonly max?: number; readonly onConnect?: string } & SqliteOptions,
  ): Kysely<HostTables>;
  /** Removes the rows of Mooring's tables, all at once. */
  empty(): Promise<void>;
  /** All rows of Mooring's tables, as text. */
  dump(): Promise<string>;
}

type ConnectOptions = NonNullable<Parameters<SqlDatabase["connect"]>[0]>;

/** A database before it has tables. */
interface Opened {
  readonly url: string;
  dialect(options: ConnectOptions): Dialect;
  drop(): Promise<void>;
}

interface Engine {
  readonly name: SqlEngineName;
  readonly family: SqlFamily;
  open(serverUrl: string): Promise<Opened>;
}

const TABLES = [
  "mooring_events",
  "mooring_flows",
  "mooring_connections",
  "mooring_integrations",
  "mooring_leases",
];

const PGLITE: Engine = {
  name: "pglite",
  family: "postgresql",
  async open() {
    const pglite = await PGlite.create();
    return { url: "", dialect: () => new PGliteDialect(pglite), drop: async () => {} };
  },
};

const POSTGRESQL: Engine = {
  name: "postgresql",
  family: "postgresql",
  async open(serverUrl) {
    const { url, drop } = await postgresqlDatabase(serverUrl);
    return {
      url,
      drop,
      dialect({ url: connectionString = url, max = 10, onConnect }) {
        const pool = new pg.Pool({ connectionString, max });
        // A connection that breaks is told here as well as to who uses it; its successor is made when it is needed.
        pool.on("error", () => {});
        pool.on("connect", (client) => {
          client.on("error", () => {});
          if (onConnect !== undefined) client.query(onConnect);
        });
        return new PostgresDialect({ pool });
      },
    };
  },
};

const MARIADB: Engine = {
  name: "mariadb",
  family: "mysql",
  async open(serverUrl) {
    const { url, drop } = await mysqlDatabase(serverUrl);
    return {
      url,
      drop,
      dialect({ url: uri = url, max = 10, onConnect }) {
        const pool = createPool({ uri, connectionLimit: max });
        if (onConnect !== undefined) pool.on("connection", (connection) => connection.query(onConnect));
        return new MysqlDialect({ pool });
      },
    };
  },
};

const sqlite = (name: SqliteDriver): Engine => ({
  name,
  family: "sqlite",
  async open() {
    const folder = await mkdtemp(join(tmpdir(), "mooring-test-"));
    const path = join(folder, "app.db");
    return {
      url: path,
      drop: () => rm(folder, { recursive: true }),
      dialect: (options) => new SqliteDialect({ database: () => openSqlite(name, path, options) }),
    };
  },
});

async function open(engine: Engine, serverUrl: string) {
  const opened = await engine.open(serverUrl);
  const statements: CompiledQuery[] = [];
  const connections: Kysely<HostTables>[] = [];
  const connect = (options: ConnectOptions = {}, log = false): Kysely<HostTables> => {
    const [first] = connections;
    // Two instances would not wait for one another's transactions.
    if (engine.name === "pglite" && first !== undefined) return first;
    const db = new Kysely<HostTables>({
      dialect: opened.dialect(options),
      ...(log ? { log: ({ query }) => void statements.push(query) } : {}),
    });
    connections.push(db);
    return db;
  };
  const db = connect({}, true);
  await db.schema
    .createTable("users")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("name", "varchar(255)", (column) => column.notNull())
    .execute();
  await db.insertInto("users").values({ id: 1, name: "Ada" }).execute();
  const database: SqlDatabase = {
    engine: engine.name,
    family: engine.family,
    db,
    statements,
    url: opened.url,
    connect: (options) => connect(options),
    async empty() {
      await db.transaction().execute(async (transaction) => {
        for (const name of TABLES) await sql`delete from ${sql.table(name)}`.execute(transaction);
      });
    },
    async dump() {
      const rows = await Promise.all(TABLES.map((name) => sql`select * from ${sql.table(name)}`.execute(db)));
      return JSON.stringify(rows.map((result) => result.rows));
    },
  };
  return {
    database,
    async close() {
      await Promise.all(connections.map((each) => each.destroy()));
      await opened.drop();
    },
  };
}

/** Servers, where they are there; the others always. */
const ENGINES: readonly (Engine & { readonly server: ServerKind | null })[] = [
  { ...PGLITE, server: null },
  { ...POSTGRESQL, server: "postgresql" },
  { ...MARIADB, server: "mysql" },
  { ...sqlite("node-sqlite3-wasm"), server: null },
  { ...sqlite("node:sqlite"), server: null },
];

/**
 * A suite on every SQL engine there is. Each has a database of its own for the whole suite, which the function gives once
 * the tests run.
 *
 * @param only engines, to leave out the others
 */
export function describeSqlEngines(
  name: string,
  suite: (
    database: () => SqlDatabase,
    engine: { readonly name: SqlEngineName; readonly family: SqlFamily },
  ) => void,
  only?: readonly SqlEngineName[],
): void {
  for (const engine of ENGINES.filter((each) => only?.includes(each.name) ?? true)) {
    const suiteOn = (serverUrl: string): void => {
      let opened: Awaited<ReturnType<typeof open>> | undefined;
      beforeAll(async () => {
        opened = await open(engine, serverUrl);
      });
      afterAll(() => opened?.close());
      suite(() => {
        if (opened === undefined) throw new Error("The database is not open.");
        return opened.database;
      }, engine);
    };
    if (engine.server !== null) describeOn(engine.server, name, suiteOn);
    else {
      const isThere = engine.name !== "node:sqlite" || hasNodeSqlite;
      describe.skipIf(!isThere)(`${name} [on ${engine.name}]`, () => suiteOn(""));
    }
  }
}
