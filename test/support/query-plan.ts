import type { Kysely } from "kysely";
import { CompiledQuery, sql } from "kysely";
import type { SqlFamily } from "./sql-engines.js";

/** How an engine would run a statement. */
export interface QueryPlan {
  /** Indexes it looks things up in; a table's primary key goes by `<table>_pkey`. */
  readonly indexes: readonly string[];
  /** Whether it reads all of a table, in no order. */
  readonly readsAll: boolean;
  readonly sorts: boolean;
  /** As the engine says it. */
  readonly text: string;
}

export async function queryPlan<Tables>(
  db: Kysely<Tables>,
  family: SqlFamily,
  { sql: statement, parameters }: CompiledQuery,
): Promise<QueryPlan> {
  const explain = family === "sqlite" ? "explain query plan" : "explain";
  const { rows } = await db.executeQuery<Readonly<Record<string, unknown>>>(
    CompiledQuery.raw(`${explain} ${statement}`, [...parameters]),
  );
  return READERS[family](rows);
}

/** Names of the indexes of Mooring's tables, but those of primary keys. */
export async function indexNames<Tables>(db: Kysely<Tables>, family: SqlFamily): Promise<readonly string[]> {
  const { rows } = await {
    postgresql: () =>
      sql<{ name: string }>`
        select indexname as name from pg_indexes where tablename like 'mooring%' and indexname not like '%_pkey'`,
    mysql: () =>
      sql<{ name: string }>`
        select distinct index_name as name from information_schema.statistics
        where table_schema = database() and table_name like 'mooring%' and index_name <> 'PRIMARY'`,
    // A unique constraint is the second of those it names by itself; the first is the primary key.
    sqlite: () =>
      sql<{ name: string }>`
        select name from sqlite_master
        where type = 'index' and tbl_name like 'mooring%' and name not like 'sqlite_autoindex%_1'`,
  }
    [family]()
    .execute(db);
  return rows.map(({ name }) => name).sort();
}

type Rows = readonly Readonly<Record<string, unknown>>[];

const READERS: Readonly<Record<SqlFamily, (rows: Rows) => QueryPlan>> = {
  postgresql(rows) {
    const text = rows.map((row) => String(row["QUERY PLAN"])).join("\n");
    const found = text.matchAll(/(?:Index (?:Only )?Scan (?:Backward )?using|Bitmap Index Scan on) (\w+)/g);
    return {
      indexes: [...found].map(([, name = ""]) => name),
      readsAll: text.includes("Seq Scan"),
      sorts: /\bSort\b/.test(text),
      text,
    };
  },
  mysql(rows) {
    const text = rows.map((row) => JSON.stringify(row)).join("\n");
    return {
      indexes: rows.flatMap(({ key, table }) => {
        if (typeof key !== "string") return [];
        // In a join, a table goes by another name: `connection` for `mooring_connections`.
        const name = String(table).replace(/^(?!mooring_)\w+$/, "mooring_$&s");
        return key === "PRIMARY" ? `${name}_pkey` : key;
      }),
      readsAll: rows.some(({ type }) => type === "ALL"),
      sorts: /filesort|temporary/.test(text),
      text,
    };
  },
  sqlite(rows) {
    const text = rows.map(({ detail }) => String(detail)).join("\n");
    const found = text.matchAll(/USING (?:COVERING )?INDEX (\w+)/g);
    return {
      indexes: [...found].map(([, name = ""]) => name.replace(/^sqlite_autoindex_(\w+)_1$/, "$1_pkey")),
      readsAll: /^SCAN (?!.* USING )/m.test(text),
      sorts: text.includes("TEMP B-TREE"),
      text,
    };
  },
};
