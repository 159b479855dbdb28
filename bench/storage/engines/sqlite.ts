import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kysely, SqliteDialect, sql } from "kysely";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";

import type { Engine, Store } from "../engine.js";
import { nameOfRun } from "../engine.js";
import type { SeedDialect } from "../sql-seed.js";
import { seedConnections } from "../sql-seed.js";
import { openSqliteFile } from "../sqlite-wasm.js";

const SQLITE: SeedDialect = {
  hex: (number) => `printf('%012x', ${number})`,
  concat: (...parts) => parts.join(" || "),
  divide: (dividend, divisor) => `${dividend} / ${divisor}`,
  series: (first, last) =>
    `(with recursive numbers(i) as (select ${first} union all select i + 1 from numbers where i < ${last}) select i from numbers) as series`,
};

/** SQLite in this process, compiled to WASM, in a file; every write is synced to the disk. */
export async function sqliteEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "mooring-bench-"));
  return {
    name: "SQLite",
    async describe() {
      const db = await openStore(join(folder, "version.db"), () => {});
      const { rows } = await sql<{ version: unknown }>`select sqlite_version() as version`.execute(db);
      await db.destroy();
      return `SQLite ${String(rows[0]?.version)} in WASM (rollback journal, synchronous full, cache 2 MB)`;
    },
    createStore: (rows) => sqliteStore(join(folder, `${nameOfRun(rows)}.db`)),
    close: () => rm(folder, { recursive: true }),
  };
}

async function openStore(path: string, log: () => void): Promise<Kysely<unknown>> {
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: openSqliteFile(path) }), log });
  await sql`pragma synchronous = full`.execute(db);
  return db;
}

async function sqliteStore(path: string): Promise<Store> {
  let statements = 0;
  const db = await openStore(path, () => {
    statements += 1;
  });
  await migrateStorage(db);
  return {
    storage: kyselyStorage(db),
    statements: () => statements,
    async seed(seed) {
      await sql`pragma synchronous = off`.execute(db);
      await seedConnections(db, SQLITE, seed);
      await sql`analyze`.execute(db);
      await sql`pragma synchronous = full`.execute(db);
    },
    async size() {
      const { rows } = await sql<{ bytes: unknown }>`
        select page_count * page_size as bytes from pragma_page_count, pragma_page_size
      `.execute(db);
      return { records: Number(rows[0]?.bytes), indexes: null };
    },
    close: () => db.destroy(),
    drop: () => rm(path),
  };
}
