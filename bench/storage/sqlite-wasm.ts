import type { SqliteDatabase } from "kysely";
// A CommonJS package whose names Node does not see: they are on the default import alone.
import sqlite from "node-sqlite3-wasm";

type Value = null | number | bigint | string | Uint8Array;

function values(parameters: readonly unknown[]): Value[] {
  return parameters.map((value) => {
    if (value === null || value instanceof Uint8Array) return value;
    if (typeof value === "number" || typeof value === "bigint" || typeof value === "string") return value;
    throw new TypeError(`SQLite cannot bind a value of type ${typeof value}.`);
  });
}

/** A file in the form Kysely takes it. */
export function openSqliteFile(path: string): SqliteDatabase {
  const database = new sqlite.Database(path);
  return {
    close: () => database.close(),
    prepare(sql) {
      const all = (parameters: readonly unknown[]) => database.all(sql, values(parameters));
      return {
        reader: /^\s*(?:select|with|explain|pragma)\b|\breturning\b/i.test(sql),
        all,
        run: (parameters) => database.run(sql, values(parameters)),
        iterate: (parameters) => all(parameters).values(),
      };
    },
  };
}
