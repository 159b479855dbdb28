import { describe, expect, it } from "vitest";
import {
  mysqlResult,
  postgresqlResult,
  sqliteChanges,
  sqliteRows,
} from "../../../src/storage/drizzle/results.js";

const ROWS = [{ id: "a" }];

describe("what a driver answers", () => {
  it.each([
    ["pg", postgresqlResult({ command: "SELECT", rowCount: 1, rows: ROWS }), ROWS, 1],
    ["PGlite", postgresqlResult({ rows: [], fields: [], affectedRows: 2 }), [], 2],
    ["postgres.js", postgresqlResult(Object.assign([...ROWS], { count: 1, command: "UPDATE" })), ROWS, 1],
    [
      "postgres.js, of a change of the schema",
      postgresqlResult(Object.assign([], { count: null })),
      [],
      null,
    ],
    [
      "pg, of a change of the schema",
      postgresqlResult({ command: "CREATE", rowCount: null, rows: [] }),
      [],
      null,
    ],
    ["mysql2, of a read", mysqlResult([ROWS, []]), ROWS, null],
    ["mysql2, of a write", mysqlResult([{ affectedRows: 2, insertId: 0 }, undefined]), [], 2],
    ["PlanetScale", mysqlResult({ rows: ROWS, rowsAffected: 1 }), ROWS, 1],
    ["SQLite, of rows", sqliteRows(ROWS), ROWS, 1],
    ["better-sqlite3", sqliteChanges({ changes: 3, lastInsertRowid: 1n }), [], 3],
    ["libSQL", sqliteChanges({ rows: [], rowsAffected: 2 }), [], 2],
    ["one that does not count", sqliteChanges(undefined), [], null],
  ])("is understood: %s", (_, result, rows, changed) => {
    expect({ ...result, rows: [...result.rows] }).toEqual({ rows, changed });
  });
});
