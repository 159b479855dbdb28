import { Database } from "node-sqlite3-wasm";

type Value = string | number | bigint | null;

interface Query {
  readonly sql: string;
  readonly args: Value[];
}

/** Prisma's numbers for the types of columns. */
const COLUMN_TYPES = { integer: 1, real: 3, text: 7 } as const;

/**
 * A driver adapter of Prisma's on SQLite in this process: Prisma's own are native addons. As in those, there is one
 * connection, and what comes during a transaction waits for its end.
 */
export function sqliteAdapter() {
  const database = new Database();
  database.exec("pragma foreign_keys = on");
  let idle: Promise<void> = Promise.resolve();
  const named = { provider: "sqlite", adapterName: "mooring-test-sqlite" };

  const queryable = (ready: () => Promise<void>) => ({
    ...named,
    async queryRaw({ sql, args }: Query) {
      await ready();
      const rows: Record<string, unknown>[] = translated(() => database.all(sql, args));
      const columnNames = Object.keys(rows[0] ?? {});
      return {
        columnNames,
        columnTypes: columnNames.map((name) => columnType(rows.map((row) => row[name]))),
        rows: rows.map((row) => columnNames.map((name) => row[name])),
      };
    },
    async executeRaw({ sql, args }: Query) {
      await ready();
      return translated(() => database.run(sql, args).changes);
    },
  });

  const adapter = {
    ...queryable(() => idle),
    getConnectionInfo: () => ({ supportsRelationJoins: false }),
    dispose: async () => database.close(),
    async startTransaction() {
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
      return {
        ...queryable(async () => {}),
        options: { usePhantomQuery: true },
        commit: end("commit"),
        rollback: end("rollback"),
      };
    },
  };
  return { ...named, connect: async () => adapter };
}

function columnType(values: readonly unknown[]): number {
  const types = new Set(values.filter((value) => value !== null).map((value) => typeof value));
  if (types.has("string")) return COLUMN_TYPES.text;
  return types.has("bigint") || values.every((value) => value === null || Number.isInteger(value))
    ? COLUMN_TYPES.integer
    : COLUMN_TYPES.real;
}

const CONSTRAINTS = [
  {
    message: /^UNIQUE constraint failed/,
    originalCode: "SQLITE_CONSTRAINT_UNIQUE",
    kind: "UniqueConstraintViolation",
  },
  {
    message: /^FOREIGN KEY constraint failed/,
    originalCode: "SQLITE_CONSTRAINT_FOREIGNKEY",
    kind: "ForeignKeyConstraintViolation",
  },
];

/** Throws SQLite's error in the form in which driver adapters do. */
function translated<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    const originalMessage = error instanceof Error ? error.message : String(error);
    const constraint = CONSTRAINTS.find(({ message }) => message.test(originalMessage));
    const { originalCode = "SQLITE_ERROR", kind = "sqlite" } = constraint ?? {};
    throw Object.assign(new Error(kind), {
      name: "DriverAdapterError",
      cause: { kind, originalCode, originalMessage, extendedCode: 1, message: originalMessage },
    });
  }
}
