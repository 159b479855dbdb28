import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import type { KyselyDatabase } from "./database.js";

/** The databases Mooring knows; MariaDB goes by `mysql`. */
export type Engine = "postgresql" | "mysql" | "sqlite";

/** Told by what Kysely's dialect says it can do: its name may be anything, as hosts wrap dialects. */
export function engineOf(db: KyselyDatabase): Engine {
  const { supportsReturning, supportsTransactionalDdl } = db.getExecutor().adapter;
  if (!supportsReturning) return "mysql";
  return supportsTransactionalDdl ? "postgresql" : "sqlite";
}

/**
 * The database's own clock, in milliseconds since the epoch, as of the statement's beginning: what is constant within a
 * statement can be looked up in an index.
 */
export function databaseClock(engine: Engine): RawBuilder<number> {
  switch (engine) {
    case "postgresql":
      return sql<number>`(extract(epoch from statement_timestamp()) * 1000)::bigint`;
    case "mysql":
      return sql<number>`(timestampdiff(microsecond, '1970-01-01', utc_timestamp(6)) div 1000)`;
    case "sqlite":
      return sql<number>`cast((julianday('now') - 2440587.5) * 86400000 as integer)`;
  }
}
