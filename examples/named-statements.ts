/**
 * A pool for Kysely whose statements have names: PostgreSQL then parses and plans each of them once per connection instead
 * of each time. `npm run bench:storage` measures what that saves.
 */
import type { PostgresCursor, PostgresPool, PostgresQueryResult } from "kysely";
import type { Pool } from "pg";

/**
 * Kysely gives statements no names. Not for a pooler that hands a connection to another client after each transaction,
 * unless it knows of named statements (PgBouncer does from 1.21 on, with `max_prepared_statements`).
 *
 * @example
 * ```ts
 * const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: namedStatements(pool) }) });
 * const storage = kyselyStorage(db);
 * ```
 */
export function namedStatements(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const nameOf = (text: string): string => {
    const name = names.get(text) ?? `mooring_${names.size}`;
    names.set(text, name);
    return name;
  };
  return {
    async connect() {
      const client = await pool.connect();
      function query<Row>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<Row>>;
      function query<Row>(cursor: PostgresCursor<Row>): PostgresCursor<Row>;
      function query(text: unknown, values: readonly unknown[] = []): unknown {
        if (typeof text !== "string") throw new TypeError("Streaming is not used.");
        // `begin` and the like, and what makes tables, have no values: nothing to be saved.
        if (values.length === 0) return client.query(text);
        return client.query({ name: nameOf(text), text, values: [...values] });
      }
      return { query, release: () => client.release() };
    },
    end: () => pool.end(),
  };
}
