import type { SqlClient, SqlExecutor, SqlResult } from "../internal/sql-driver/sql-client.js";
import { returnsRows } from "../internal/sql-driver/statement.js";
import { driverError } from "./driver-error.js";
import type { DrizzleInstance } from "./drizzle-instance.js";
import { drizzleInstance } from "./drizzle-instance.js";
import { drizzleSql } from "./drizzle-sql.js";
import { mysqlResult, postgresqlResult, sqliteChanges, sqliteRows } from "./results.js";
import { synchronousClient } from "./synchronous-client.js";

/** A Drizzle database as storage uses it. */
export function drizzleClient(instance: DrizzleInstance): SqlClient {
  if (instance.isSync) return synchronousClient(instance.db);
  return {
    execute: drizzleExecutor(instance).execute,
    transaction(run) {
      return unwrapped(async () => {
        await instance.db.transaction((inside) => run(drizzleExecutor(drizzleInstance(inside))));
      });
    },
  };
}

/** A Drizzle database or transaction, for its statements only. */
export function drizzleExecutor(instance: DrizzleInstance): SqlExecutor {
  return {
    execute(statement) {
      return unwrapped(async (): Promise<SqlResult> => {
        const query = drizzleSql(statement);
        if (instance.engine === "sqlite") {
          if (returnsRows(statement)) return sqliteRows(await instance.db.all(query));
          return sqliteChanges(await instance.db.run(query));
        }
        const toResult = instance.engine === "postgresql" ? postgresqlResult : mysqlResult;
        return toResult(await instance.db.execute(query));
      });
    },
  };
}

async function unwrapped<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw driverError(error);
  }
}
