import { Kysely, MysqlDialect, sql } from "kysely";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";
import type { RowDataPacket } from "mysql2";
import { createPool } from "mysql2";
import type { Connection } from "mysql2/promise";
import { createConnection } from "mysql2/promise";
import type { Engine, Store } from "../engine.js";
import { nameOfRun, POOL_SIZE } from "../engine.js";
import { withDatabase } from "../servers.js";
import type { SeedDialect } from "../sql-seed.js";
import { seedConnections } from "../sql-seed.js";

/** The series is MariaDB's: MySQL has no sequence engine. */
const MARIADB: SeedDialect = {
  hex: (number) => `lower(lpad(hex(${number}), 12, '0'))`,
  concat: (...parts) => `concat(${parts.join(", ")})`,
  divide: (dividend, divisor) => `${dividend} div ${divisor}`,
  series: (first, last) => `(select seq as i from seq_${first}_to_${last}) as series`,
};

const POOL_VARIABLE = "innodb_buffer_pool_size";
/** Of the buffer pool for each connection in a table: what the records and their indexes take, and some more. */
const POOL_BYTES_PER_ROW = 4_000;
const POOL_CHUNK = 128 * 2 ** 20;
const SETTINGS = [POOL_VARIABLE, "innodb_flush_log_at_trx_commit", "innodb_flush_method"];

/**
 * InnoDB reads around the operating system's cache. For the comparison of sizes its buffer pool is therefore made large
 * enough for the larger table, and set back afterwards; `asFound` leaves it alone.
 *
 * @param serverUrl any database of the server
 */
export async function mysqlEngine(serverUrl: string, asFound: boolean): Promise<Engine> {
  const server = await createConnection(serverUrl);
  const poolFound = Number(await one(server, `select @@global.${POOL_VARIABLE}`));
  let isEnlarged = false;
  const setPool = async (bytes: number): Promise<void> => {
    await server.query(`set global ${POOL_VARIABLE} = ${bytes}`);
  };
  return {
    name: "MariaDB",
    async describe() {
      const settings: string[] = [];
      for (const name of SETTINGS) settings.push(`${name} ${await one(server, `select @@global.${name}`)}`);
      return `${await one(server, "select version()")} (${settings.join(", ")})`;
    },
    async createStore(rows) {
      const name = nameOfRun(rows);
      const drop = async (): Promise<void> => {
        await server.query(`drop database if exists ${name}`);
      };
      const wanted = Math.ceil((rows * POOL_BYTES_PER_ROW) / POOL_CHUNK) * POOL_CHUNK;
      if (!asFound && wanted > poolFound) {
        isEnlarged = true;
        await setPool(wanted);
      }
      await server.query(`create database ${name}`);
      return mysqlStore(withDatabase(serverUrl, name), drop);
    },
    async close() {
      if (isEnlarged) await setPool(poolFound);
      await server.end();
    },
  };
}

async function one(server: Connection, statement: string): Promise<string> {
  const [rows] = await server.query<RowDataPacket[]>(statement);
  return String(Object.values(rows[0] ?? {})[0]);
}

async function mysqlStore(url: string, drop: () => Promise<void>): Promise<Store> {
  let statements = 0;
  const db = new Kysely<unknown>({
    dialect: new MysqlDialect({ pool: createPool({ uri: url, connectionLimit: POOL_SIZE }) }),
    log: () => {
      statements += 1;
    },
  });
  await migrateStorage(db);
  return {
    storage: kyselyStorage(db),
    statements: () => statements,
    async seed(seed) {
      await seedConnections(db, MARIADB, seed);
      await sql`analyze table mooring_connections`.execute(db);
    },
    async size() {
      const { rows } = await sql<{ records: unknown; indexes: unknown }>`
        select data_length as records, index_length as indexes from information_schema.tables
        where table_schema = database() and table_name = 'mooring_connections'
      `.execute(db);
      return { records: Number(rows[0]?.records), indexes: Number(rows[0]?.indexes) };
    },
    close: () => db.destroy(),
    drop,
  };
}
