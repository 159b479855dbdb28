import type { SQL } from "drizzle-orm";
import { sql } from "drizzle-orm";
import type { CompiledQuery } from "kysely";
import { PARAMETER } from "./query-compilers.js";

/** A statement as Drizzle takes it: its text in pieces, and between them the parameters, which stay parameters. */
export function drizzleSql({ sql: text, parameters }: CompiledQuery): SQL {
  const [head = "", ...tails] = text.split(PARAMETER);
  return sql.join([
    sql.raw(head),
    ...tails.flatMap((tail, index) => [sql.param(parameters[index]), sql.raw(tail)]),
  ]);
}
