import type { DialectAdapter, Kysely } from "kysely";
import { WithSchemaPlugin } from "kysely";
import { ConfigurationError } from "../../../errors.js";
import type { MooringTables } from "./tables.js";

/** The app's Kysely instance or transaction, whatever its tables: the type Kysely itself has for that. */
export type KyselyDatabase = Parameters<DialectAdapter["acquireMigrationLock"]>[0];
/** Kysely with Mooring's tables, in a transaction or not. */
export type MooringDatabase = Kysely<MooringTables>;

/**
 * The host's database, typed with Mooring's tables. The host's plugins are left out, as they may rename columns or parse
 * JSON text; its choice of schema (`db.withSchema()`, which is a plugin too) stays.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when it is no Kysely instance
 */
export function mooringDatabase(db: KyselyDatabase): MooringDatabase {
  assertKysely(db);
  const schema = db.getExecutor().plugins.filter((plugin) => plugin instanceof WithSchemaPlugin);
  return schema.reduce((bare, plugin) => bare.withPlugin(plugin), db.withoutPlugins());
}

/** Runs statements as one: in a transaction of its own, or in the host's where the database is one already. */
export function atomically<Result>(
  db: MooringDatabase,
  run: (transaction: MooringDatabase) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? run(db) : db.transaction().execute(run);
}

function assertKysely(db: unknown): void {
  const isKysely =
    typeof db === "object" &&
    db !== null &&
    ["getExecutor", "withoutPlugins"].every((method) => method in db);
  if (isKysely) return;
  throw new ConfigurationError("CONFIG_INVALID", "`db` is no Kysely instance.", {
    hint: "Pass the `Kysely` instance of your database, or a transaction of it.",
    issues: [{ path: "db", message: "expected a Kysely instance or transaction" }],
  });
}
