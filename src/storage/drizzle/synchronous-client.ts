import type { CompiledQuery } from "kysely";
import type { SqlClient, SqlResult } from "../internal/sql-driver/sql-client.js";
import { returnsRows } from "../internal/sql-driver/statement.js";
import { driverError } from "./driver-error.js";
import type { SqliteDatabase } from "./drizzle-instance.js";
import { drizzleSql } from "./drizzle-sql.js";
import { sqliteChanges, sqliteRows } from "./results.js";

interface Step {
  readonly statement: CompiledQuery;
  readonly result: SqlResult;
}

/** Ends a transaction that was only to answer. */
const UNDO = new Error("undo");

/** The last of what storage does on a database: the next begins when it has ended, so no two transactions mix. */
const LAST: WeakMap<SqliteDatabase, Promise<unknown>> = new WeakMap();

/**
 * A database whose driver is synchronous, and has one connection for all of the app.
 *
 * A transaction of such a driver is one synchronous call, whereas storage decides on each statement when the one before
 * has answered. Left open meanwhile, it would take in what the app writes in between, and undo it when it is rolled back.
 * So every statement runs after those before it in a transaction that is undone at once, and the commit runs them all
 * again in one that stays, if they answer as they did: nothing of the app's ever meets an open transaction.
 */
export function synchronousClient(db: SqliteDatabase): SqlClient {
  return {
    execute(statement) {
      return inTurn(db, async () => unwrapped(() => run(db, statement)));
    },
    transaction(work) {
      return inTurn(db, async () => {
        const steps: Step[] = [];
        await work({
          async execute(statement) {
            const result = unwrapped(() => answer(db, steps, statement));
            steps.push({ statement, result });
            return result;
          },
        });
        unwrapped(() => db.transaction((inside) => repeat(inside, steps), { behavior: "immediate" }));
      });
    },
  };
}

function inTurn<Result>(db: SqliteDatabase, work: () => Promise<Result>): Promise<Result> {
  const result = (LAST.get(db) ?? Promise.resolve()).then(work);
  LAST.set(
    db,
    result.catch(() => {}),
  );
  return result;
}

/** What a statement answers after the others; nothing of it stays. */
function answer(db: SqliteDatabase, steps: readonly Step[], statement: CompiledQuery): SqlResult {
  const results: SqlResult[] = [];
  try {
    db.transaction(
      (inside) => {
        repeat(inside, steps);
        results.push(run(inside, statement));
        throw UNDO;
      },
      { behavior: "immediate" },
    );
  } catch (error) {
    if (error !== UNDO) throw error;
  }
  const [result] = results;
  if (result === undefined) throw new TypeError("The driver did not run the transaction at once.");
  return result;
}

/** @throws an error that may pass, when a statement answers otherwise than before: another process wrote in between */
function repeat(db: SqliteDatabase, steps: readonly Step[]): void {
  for (const { statement, result } of steps) {
    if (comparable(run(db, statement)) === comparable(result)) continue;
    throw Object.assign(new Error("What the transaction read has changed."), {
      code: "SQLITE_BUSY",
    });
  }
}

function run(db: SqliteDatabase, statement: CompiledQuery): SqlResult {
  const query = drizzleSql(statement);
  return returnsRows(statement) ? sqliteRows(db.all(query)) : sqliteChanges(db.run(query));
}

function comparable(result: SqlResult): string {
  return JSON.stringify(result, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
}

function unwrapped<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw driverError(error);
  }
}
