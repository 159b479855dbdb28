import type { SQL } from "drizzle-orm";
import { entityKind } from "drizzle-orm";
import { ConfigurationError } from "../../errors.js";
import type { Engine } from "../internal/sql/engine.js";

/** What Drizzle's databases for PostgreSQL and MySQL have in common. */
export interface ExecutingDatabase {
  execute(query: SQL): PromiseLike<unknown>;
  transaction(run: (inside: ExecutingDatabase) => Promise<void>): Promise<void>;
}

/** What Drizzle's databases for SQLite have in common. Where the driver is synchronous, so is all of it. */
export interface SqliteDatabase {
  run(query: SQL): unknown;
  all(query: SQL): unknown;
  transaction(run: (inside: SqliteDatabase) => unknown, config?: { readonly behavior: "immediate" }): unknown;
}

/** A Drizzle database, with what has to be known to use it. */
export type DrizzleInstance = { readonly inTransaction: boolean } & (
  | { readonly engine: "postgresql" | "mysql"; readonly isSync: false; readonly db: ExecutingDatabase }
  | { readonly engine: "sqlite"; readonly isSync: boolean; readonly db: SqliteDatabase }
);

/** Drizzle's names for the classes of its databases; the second is that of its version 1. */
const ENGINES: ReadonlyMap<unknown, Engine> = new Map([
  ["PgDatabase", "postgresql"],
  ["PgAsyncDatabase", "postgresql"],
  ["MySqlDatabase", "mysql"],
  ["BaseSQLiteDatabase", "sqlite"],
]);

const NO_TRANSACTIONS = "has no transactions";
/** Drizzle's name for the sessions of drivers that cannot do what storage needs. */
const UNFIT_SESSIONS: ReadonlyMap<unknown, string> = new Map([
  ["NeonHttpSession", `${NO_TRANSACTIONS}: use \`drizzle-orm/neon-serverless\``],
  ["XataHttpSession", NO_TRANSACTIONS],
  ["PgRemoteSession", NO_TRANSACTIONS],
  ["MySqlRemoteSession", NO_TRANSACTIONS],
  ["SQLiteD1Session", NO_TRANSACTIONS],
  ["SQLiteRemoteSession", "does not name the columns of its rows"],
  ["PrismaPgSession", "runs over Prisma: use `mooring/storage/prisma`"],
  ["PrismaMySqlSession", "runs over Prisma: use `mooring/storage/prisma`"],
  ["PrismaSQLiteSession", "runs over Prisma: use `mooring/storage/prisma`"],
]);

/**
 * Recognises a database by the names Drizzle gives its classes, as Drizzle itself does: they hold for any copy of it.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when it is none, or its driver cannot do what storage needs
 */
export function drizzleInstance(value: unknown): DrizzleInstance {
  const db = primaryOf(value);
  const [engine] = [...kindsOf(db)].flatMap((kind) => ENGINES.get(kind) ?? []);
  if (engine === undefined) {
    throw invalid("must be a Drizzle database or transaction, on PostgreSQL, MySQL or SQLite");
  }
  const [unfit] = [...kindsOf(property(db, "session"))].flatMap((kind) => UNFIT_SESSIONS.get(kind) ?? []);
  if (unfit !== undefined) throw invalid(`has a driver that ${unfit}`);
  // Only a transaction can be rolled back.
  const inTransaction = has(db, "rollback");
  if (engine !== "sqlite" && isExecuting(db)) return { engine, db, inTransaction, isSync: false };
  if (engine === "sqlite" && isSqlite(db)) {
    const isSync = property(db, "resultKind") === "sync";
    if (isSync && inTransaction) {
      throw invalid("is a transaction of a synchronous driver, which ends before storage has done its work");
    }
    return { engine, db, inTransaction, isSync };
  }
  throw invalid("is of a version of Drizzle that is not known");
}

/** Replicas may lag behind; storage reads what it has just written. */
function primaryOf(value: unknown): unknown {
  return property(value, "$primary") ?? value;
}

function kindsOf(value: unknown): ReadonlySet<unknown> {
  const kinds = new Set<unknown>();
  let type: unknown = property(value, "constructor");
  while (typeof type === "function") {
    kinds.add(property(type, entityKind));
    type = Reflect.getPrototypeOf(type);
  }
  return kinds;
}

function property(value: unknown, name: string | symbol): unknown {
  const isReadable = (typeof value === "object" && value !== null) || typeof value === "function";
  return isReadable ? Reflect.get(value, name) : undefined;
}

function isExecuting(db: unknown): db is ExecutingDatabase {
  return has(db, "execute") && has(db, "transaction");
}

function isSqlite(db: unknown): db is SqliteDatabase {
  return has(db, "run") && has(db, "all") && has(db, "transaction");
}

function has(value: unknown, method: string): boolean {
  return typeof property(value, method) === "function";
}

function invalid(what: string): ConfigurationError {
  return new ConfigurationError(
    "CONFIG_INVALID",
    `The database given to \`mooring/storage/drizzle\` ${what}.`,
    {
      issues: [{ path: "db", message: `It ${what}.` }],
    },
  );
}
