import type { PostgresCursor, PostgresPool, PostgresQueryResult } from "kysely";
import type { Pool } from "pg";

/**
 * The same pool, but statements get names, so that each connection parses and plans each of them once. Kysely gives none.
 * Not behind a pooler that hands a connection to another client after each transaction, unless it knows of this.
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
        const name = values.length === 0 ? undefined : nameOf(text);
        return client.query({ ...(name === undefined ? {} : { name }), text, values: [...values] });
      }
      return { query, release: () => client.release() };
    },
    end: () => pool.end(),
  };
}
