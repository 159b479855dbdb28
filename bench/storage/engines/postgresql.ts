import { Kysely, PostgresDialect, sql } from "kysely";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";
import pg from "pg";
import type { Engine, Store, StoreSize } from "../engine.js";
import { nameOfRun } from "../engine.js";
import { createPool, createPostgresqlDatabase } from "../postgresql-server.js";
import type { SeedDialect } from "../sql-seed.js";
import { seedConnections } from "../sql-seed.js";

/** PostgreSQL's SQL, PGlite's too. */
export const POSTGRESQL: SeedDialect = {
  hex: (number) => `lpad(to_hex((${number})::bigint), 12, '0')`,
  concat: (...parts) => parts.join(" || "),
  divide: (dividend, divisor) => `${dividend} / ${divisor}`,
  series: (first, last) => `generate_series(${first}, ${last}) as series(i)`,
};

const SETTINGS = ["shared_buffers", "max_wal_size", "synchronous_commit", "autovacuum"];

/** @param serverUrl any database of the server */
export async function postgresqlEngine(serverUrl: string): Promise<Engine> {
  const server = new pg.Client({ connectionString: serverUrl });
  await server.connect();
  const one = async (statement: string): Promise<string> =>
    String(Object.values((await server.query<Record<string, unknown>>(statement)).rows[0] ?? {})[0]);
  return {
    name: "PostgreSQL",
    async describe() {
      const settings: string[] = [];
      for (const setting of SETTINGS) settings.push(`${setting} ${await one(`show ${setting}`)}`);
      return `PostgreSQL ${await one("show server_version")} (${settings.join(", ")})`;
    },
    async createStore(rows) {
      const { url, drop } = await createPostgresqlDatabase(server, serverUrl, nameOfRun(rows));
      return postgresqlStore(createPool(url), drop);
    },
    close: () => server.end(),
  };
}

async function postgresqlStore(pool: pg.Pool, drop: () => Promise<void>): Promise<Store> {
  let statements = 0;
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool }),
    log: () => {
      statements += 1;
    },
  });
  await migrateStorage(db);
  return {
    storage: kyselyStorage(db),
    statements: () => statements,
    async seed(seed) {
      await seedConnections(db, POSTGRESQL, seed);
      await sql.raw("vacuum (analyze) mooring_connections").execute(db);
      await sql.raw("checkpoint").execute(db);
    },
    size: () => postgresqlSize(db),
    close: () => db.destroy(),
    drop,
  };
}

/** With TOAST; as PGlite tells it too. */
export async function postgresqlSize(db: Kysely<unknown>): Promise<StoreSize> {
  const { rows } = await sql<{ records: unknown; indexes: unknown }>`
    select pg_table_size('mooring_connections') as records, pg_indexes_size('mooring_connections') as indexes
  `.execute(db);
  return { records: Number(rows[0]?.records), indexes: Number(rows[0]?.indexes) };
}
