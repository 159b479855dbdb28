import type { Dialect, DialectAdapter, QueryCompiler } from "kysely";
import {
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from "kysely";
import type { KyselyDatabase } from "../sql/database.js";
import type { Engine } from "../sql/engine.js";
import { ClientDriver } from "./client-driver.js";
import type { SqlClient, SqlExecutor } from "./sql-client.js";

interface DialectParts {
  createAdapter(): DialectAdapter;
  createQueryCompiler(): QueryCompiler;
  createIntrospector: Dialect["createIntrospector"];
}

const DIALECTS: Readonly<Record<Engine, DialectParts>> = {
  postgresql: {
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  },
  mysql: {
    createAdapter: () => new MysqlAdapter(),
    createQueryCompiler: () => new MysqlQueryCompiler(),
    createIntrospector: (db) => new MysqlIntrospector(db),
  },
  sqlite: {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  },
};

/** How an ORM's database is to be seen through Kysely. */
export interface ClientDatabaseOptions {
  readonly engine: Engine;
  /** Where the tables are. Default: where the connection looks. */
  readonly schema?: string | undefined;
  /** Makes the text of statements. Default: the engine's own. */
  readonly createQueryCompiler?: (() => QueryCompiler) | undefined;
}

/** Kysely over the app's own database. */
export function clientDatabase(
  database: SqlClient | SqlExecutor,
  options: ClientDatabaseOptions,
): KyselyDatabase {
  return inSchema(new Kysely<unknown>({ dialect: dialectOver(database, options) }), options);
}

/** Kysely over a transaction of the app's: no statement begins or ends one. */
export function clientTransaction(executor: SqlExecutor, options: ClientDatabaseOptions): KyselyDatabase {
  const dialect = dialectOver(executor, options);
  return inSchema(
    new Transaction<unknown>({
      config: { dialect },
      dialect,
      driver: dialect.createDriver(),
      executor: new Kysely<unknown>({ dialect }).getExecutor(),
    }),
    options,
  );
}

function dialectOver(database: SqlClient | SqlExecutor, options: ClientDatabaseOptions): Dialect {
  const parts = DIALECTS[options.engine];
  return {
    ...parts,
    createDriver: () => new ClientDriver(database),
    createQueryCompiler: options.createQueryCompiler ?? parts.createQueryCompiler,
  };
}

function inSchema(db: KyselyDatabase, { schema }: ClientDatabaseOptions): KyselyDatabase {
  return schema === undefined ? db : db.withSchema(schema);
}
