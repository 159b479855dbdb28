import { isObject } from "../../internal/json.js";
import type { SqlResult } from "../internal/sql-driver/sql-client.js";

/** pg, PGlite, Neon and Vercel answer with an object; postgres.js and Bun with the rows, which have a count as well. */
export function postgresqlResult(answer: unknown): SqlResult {
  if (Array.isArray(answer)) return { rows: answer, changed: count(answer, "count") };
  return { rows: list(answer, "rows"), changed: count(answer, "rowCount") ?? count(answer, "affectedRows") };
}

/** mysql2 answers with a pair, of the rows or of what was done, and the columns; PlanetScale and TiDB with an object. */
export function mysqlResult(answer: unknown): SqlResult {
  const [first]: readonly unknown[] = Array.isArray(answer) ? answer : [answer];
  if (Array.isArray(first)) return { rows: first, changed: null };
  return { rows: list(first, "rows"), changed: count(first, "affectedRows") ?? count(first, "rowsAffected") };
}

/** A statement that was asked for its rows has changed as many as it returns. */
export function sqliteRows(answer: unknown): SqlResult {
  const rows = Array.isArray(answer) ? answer : [];
  return { rows, changed: rows.length };
}

/** better-sqlite3 and Bun say `changes`; libSQL says `rowsAffected`. */
export function sqliteChanges(answer: unknown): SqlResult {
  return { rows: [], changed: count(answer, "changes") ?? count(answer, "rowsAffected") };
}

function list(answer: unknown, name: string): readonly unknown[] {
  const found = isObject(answer) ? answer[name] : undefined;
  return Array.isArray(found) ? found : [];
}

function count(answer: unknown, name: string): number | null {
  if (typeof answer !== "object" || answer === null) return null;
  const found: unknown = Reflect.get(answer, name);
  return typeof found === "number" || typeof found === "bigint" ? Number(found) : null;
}
