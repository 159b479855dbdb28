import { PGlite } from "@electric-sql/pglite";
import { Kysely, sql } from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";

/** An embedded PostgreSQL in memory: no server, no files. */
export interface EmbeddedDatabase {
  readonly db: Kysely<unknown>;
  /** Every row of every table, as text. */
  tables(): Promise<ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** How often each word occurs in the rows and in the raw data files, write-ahead log included. */
  count(words: readonly string[]): Promise<{ readonly bytes: number; readonly hits: readonly number[] }>;
  close(): Promise<void>;
}

function occurrences(haystack: Buffer, needle: string): number {
  let hits = 0;
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) hits += 1;
  return hits;
}

/** Starts the database. */
export async function openDatabase(): Promise<EmbeddedDatabase> {
  const pglite = await PGlite.create();
  const db = new Kysely<unknown>({ dialect: new PGliteDialect(pglite) });

  const tables = async () => {
    const names = await db.introspection.getTables();
    const rows = names.map(async ({ name }) => {
      const { rows: found } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(
        db,
      );
      return [name, found] as const;
    });
    return new Map(await Promise.all(rows));
  };
  return {
    db,
    tables,
    async count(words) {
      const rows = Buffer.from(JSON.stringify([...(await tables())]));
      const files = Buffer.from(await (await pglite.dumpDataDir("none")).arrayBuffer());
      const hits = words.map((word) => occurrences(rows, word) + occurrences(files, word));
      return { bytes: rows.length + files.length, hits };
    },
    close: () => db.destroy(),
  };
}
