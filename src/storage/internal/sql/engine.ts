import type { RawBuilder } from "kysely";
import { sql } from "kysely";
import { ConfigurationError } from "../../../errors.js";
import type { KyselyDatabase } from "./database.js";

/** The databases Mooring knows; MariaDB goes by `mysql`. */
export type Engine = "postgresql" | "mysql" | "sqlite";

/**
 * Told by how Kysely's dialect writes a name and by what it can do: its own name may be anything, as hosts wrap dialects.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when it is of another database
 */
export function engineOf(db: KyselyDatabase): Engine {
  const { supportsReturning, supportsTransactionalDdl, supportsOutput } = db.getExecutor().adapter;
  if (sql.id("name").compile(db).sql.startsWith("`")) return "mysql";
  if (supportsReturning) return supportsTransactionalDdl ? "postgresql" : "sqlite";
  throw new ConfigurationError(
    "CONFIG_INVALID",
    "The database is none that Mooring knows: PostgreSQL, MySQL, MariaDB or SQLite.",
    {
      issues: [
        { path: "db", message: `It is of another database${supportsOutput ? ", as SQL Server" : ""}.` },
      ],
    },
  );
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
      return sql<number>`cast(round((julianday('now') - 2440587.5) * 86400000) as integer)`;
  }
}
