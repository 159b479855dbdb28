import type { SqliteDatabase } from "kysely";
import { Database } from "node-sqlite3-wasm";

export type SqliteDriver = "node-sqlite3-wasm" | "node:sqlite";

export interface SqliteOptions {
  readonly readOnly?: boolean;
  /** Default: true. */
  readonly foreignKeys?: boolean;
}

/** Node's own driver came with Node 22. */
export const hasNodeSqlite = Number(process.versions.node.split(".")[0]) >= 22;

/** SQLite in the form Kysely takes it, which is that of better-sqlite3. */
export function openSqlite(
  driver: SqliteDriver,
  path: string,
  options: SqliteOptions = {},
): Promise<SqliteDatabase> {
  return driver === "node:sqlite" ? openNodeSqlite(path, options) : openWasm(path, options);
}

/** Tests need not survive a loss of power. */
const FASTER = "pragma synchronous = off; pragma journal_mode = memory";

type Value = null | number | bigint | string | Uint8Array;

function isValue(value: unknown): value is Value {
  return (
    value === null || ["number", "bigint", "string"].includes(typeof value) || value instanceof Uint8Array
  );
}

/** @throws TypeError for what SQLite has no type for, which drivers would refuse as well */
function values(parameters: readonly unknown[]): Value[] {
  return parameters.map((value) => {
    if (isValue(value)) return value;
    throw new TypeError(`SQLite cannot bind a value of type ${typeof value}.`);
  });
}

async function openWasm(path: string, { readOnly = false, foreignKeys = true }: SqliteOptions) {
  const database = new Database(path, { readOnly });
  if (!foreignKeys) database.exec("pragma foreign_keys = off");
  database.exec(FASTER);
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const all = (parameters: readonly unknown[]) => database.all(sql, values(parameters));
      return {
        // The driver has no way to ask.
        reader: /^\s*(?:select|with|values|explain|pragma)\b|\breturning\b/i.test(sql),
        all,
        run: (parameters: readonly unknown[]) => database.run(sql, values(parameters)),
        iterate: (parameters: readonly unknown[]) => all(parameters).values(),
      };
    },
  };
}

async function openNodeSqlite(path: string, { readOnly = false, foreignKeys = true }: SqliteOptions) {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path, { readOnly, enableForeignKeyConstraints: foreignKeys });
  database.exec(FASTER);
  return {
    close: () => database.close(),
    prepare(sql: string) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
        run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
        iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
      };
    },
  };
}
