import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { Kysely, sql } from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";
import type { Engine, Store } from "../engine.js";
import { nameOfRun } from "../engine.js";
import { seedConnections } from "../sql-seed.js";
import { POSTGRESQL, postgresqlSize } from "./postgresql.js";

/** PostgreSQL in this process, compiled to WASM, in files. */
export async function pgliteEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "mooring-bench-"));
  return {
    name: "PGlite",
    async describe() {
      const pglite = await PGlite.create();
      const { rows } = await pglite.query<{ version: unknown }>("select version()");
      await pglite.close();
      return `PGlite, ${String(rows[0]?.version)}`;
    },
    createStore: (rows) => pgliteStore(join(folder, nameOfRun(rows))),
    close: () => rm(folder, { recursive: true }),
  };
}

async function pgliteStore(path: string): Promise<Store> {
  let statements = 0;
  const db = new Kysely<unknown>({
    dialect: new PGliteDialect(await PGlite.create(path)),
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
      await sql`vacuum (analyze) mooring_connections`.execute(db);
    },
    size: () => postgresqlSize(db),
    close: () => db.destroy(),
    drop: () => rm(path, { recursive: true }),
  };
}
