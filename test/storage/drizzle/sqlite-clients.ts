import { Database } from "node-sqlite3-wasm";

type Value = string | number | bigint | null;
type Row = Record<string, unknown>;

/** SQLite in this process, behind the interface that Drizzle's session for better-sqlite3 uses: that is a native addon. */
export function likeBetterSqlite3() {
  const database = openDatabase();
  const transaction = (begin: string) => (run: (transaction: unknown) => unknown) => (argument: unknown) => {
    database.exec(begin);
    try {
      const result = run(argument);
      database.exec("commit");
      return result;
    } catch (error) {
      database.exec("rollback");
      throw error;
    }
  };
  return {
    client: {
      prepare: (sql: string) => ({
        run: (...values: Value[]) => withExtendedCode(() => database.run(sql, values)),
        all: (...values: Value[]) => withExtendedCode(() => database.all(sql, values)),
      }),
      transaction: (run: (argument: unknown) => unknown) => ({
        deferred: transaction("begin deferred")(run),
        immediate: transaction("begin immediate")(run),
      }),
    },
    close: () => database.close(),
  };
}

/** The same behind the interface of libSQL's client: what comes during a transaction waits for its end. */
export function likeLibsql() {
  const database = openDatabase();
  let idle: Promise<void> = Promise.resolve();

  const execute = async ({ sql, args }: { readonly sql: string; readonly args: Value[] }) =>
    withCode(() => {
      if (/^\s*(?:select|pragma)|\breturning\b/i.test(sql)) {
        const rows: Row[] = database.all(sql, args);
        return { rows, rowsAffected: rows.length };
      }
      return { rows: [], rowsAffected: database.run(sql, args).changes };
    });

  const client = {
    async execute(statement: { readonly sql: string; readonly args: Value[] }) {
      await idle;
      return execute(statement);
    },
    async transaction() {
      const before = idle;
      let release = (): void => {};
      idle = new Promise((resolve) => {
        release = resolve;
      });
      await before;
      database.exec("begin immediate");
      const end = (statement: string) => async () => {
        database.exec(statement);
        release();
      };
      return { execute, commit: end("commit"), rollback: end("rollback") };
    },
  };
  return { client, close: () => database.close() };
}

function openDatabase(): Database {
  const database = new Database();
  database.exec("pragma foreign_keys = on");
  return database;
}

const CONSTRAINTS = [
  { message: /^UNIQUE constraint failed/, code: "SQLITE_CONSTRAINT_UNIQUE" },
  { message: /^FOREIGN KEY constraint failed/, code: "SQLITE_CONSTRAINT_FOREIGNKEY" },
];

/** Throws SQLite's error with the code better-sqlite3 has on it; this one has only a message. */
function withExtendedCode<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const { message } = errorOf(error);
    const code = CONSTRAINTS.find((constraint) => constraint.message.test(message))?.code ?? "SQLITE_ERROR";
    throw Object.assign(errorOf(error), { code });
  }
}

/** The same with the code libSQL has, which is also in its message. */
function withCode<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const { message } = errorOf(error);
    const isConstraint = CONSTRAINTS.some((constraint) => constraint.message.test(message));
    const code = isConstraint ? "SQLITE_CONSTRAINT" : "SQLITE_ERROR";
    throw Object.assign(new Error(`${code}: ${message}`), { code });
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
