import type { StorageErrorCode } from "../../../errors.js";
import { MooringError, StorageError } from "../../../errors.js";
import { UnreadableRow } from "./row-reader.js";

/** Codes of PostgreSQL (SQLSTATE), SQLite and MySQL for what the adapter tells apart. */
const CONFLICT = new Set([
  "23505",
  "23503",
  "SQLITE_CONSTRAINT",
  "SQLITE_CONSTRAINT_UNIQUE",
  "SQLITE_CONSTRAINT_PRIMARYKEY",
  "SQLITE_CONSTRAINT_FOREIGNKEY",
  "ER_DUP_ENTRY",
  "ER_NO_REFERENCED_ROW",
  "ER_NO_REFERENCED_ROW_2",
]);
const NOT_MIGRATED = new Set(["42P01", "42703", "ER_NO_SUCH_TABLE", "ER_BAD_FIELD_ERROR"]);
/** SQLite has no code for it. */
const NOT_MIGRATED_MESSAGE = /^(?:SQLITE_ERROR: )?no such (?:table|column): /;
/** The connection broke or could not be made, or the database gave way to another transaction. */
const TRANSIENT = new Set([
  "57P01",
  "57P02",
  "57P03",
  "53300",
  "40001",
  "40P01",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "PROTOCOL_CONNECTION_LOST",
  "ER_CON_COUNT_ERROR",
  "ER_LOCK_DEADLOCK",
  "ER_LOCK_WAIT_TIMEOUT",
  "SQLITE_BUSY",
]);
/** SQLSTATE class 08: connection exceptions. */
const CONNECTION_CLASS = /^08[0-9A-Z]{3}$/;
/** What pg says, without a code, when a pool or a connection gives up. */
const CONNECTION_MESSAGE = /^(?:timeout exceeded when trying to connect|Connection terminated)/;

/** Runs one operation of the port; whatever it throws leaves as a StorageError. */
export type Guard = <Result>(operation: string, run: () => Promise<Result>) => Promise<Result>;

/** Makes the guard of an adapter's operations. */
export function createGuard(adapter: string): Guard {
  return async (operation, run) => {
    try {
      return await run();
    } catch (error) {
      throw MooringError.is(error) ? error : storageError(adapter, operation, error);
    }
  };
}

function storageError(adapter: string, operation: string, error: unknown): StorageError {
  if (error instanceof UnreadableRow) {
    return new StorageError("STORAGE_FAILED", error.message, {
      adapter,
      operation,
      hint: "Was the row edited by hand? Correct or delete it.",
    });
  }
  const { code, message, options } = describe(adapter, error);
  return new StorageError(code, message, {
    adapter,
    operation,
    ...options,
    // A driver's message can hold values of the row, so the driver's error itself is not passed on.
    cause: { name: identifier(property(error, "name")), code: identifier(property(error, "code")) },
  });
}

function describe(
  adapter: string,
  error: unknown,
): {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly options?: { readonly hint?: string; readonly retryable?: boolean };
} {
  const code = String(property(error, "code") ?? "");
  const message = String(property(error, "message") ?? "");
  if (CONFLICT.has(code)) {
    return {
      code: "STORAGE_CONFLICT",
      message: "A unique value of the record is taken, or a record it belongs to is gone.",
    };
  }
  if (NOT_MIGRATED.has(code) || NOT_MIGRATED_MESSAGE.test(message)) {
    return {
      code: "STORAGE_NOT_MIGRATED",
      message: "A table or column of Mooring is not in the database.",
      options: {
        hint: `Run \`await migrateStorage(db)\` of \`mooring/storage/${adapter}\` before the first call.`,
      },
    };
  }
  const transient = TRANSIENT.has(code) || CONNECTION_CLASS.test(code) || CONNECTION_MESSAGE.test(message);
  return {
    code: "STORAGE_FAILED",
    message: transient ? "The database cannot be reached, or gave way." : "The database refused a statement.",
    options: transient
      ? { retryable: true }
      : { hint: "The cause holds the driver's error code; the database's log has the rest." },
  };
}

function property(value: unknown, name: "name" | "code" | "message"): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/** The value if it is a name or a code and nothing else; null otherwise. */
function identifier(value: unknown): string | null {
  return (typeof value === "string" || typeof value === "number") && /^[\w.-]{1,64}$/.test(String(value))
    ? String(value)
    : null;
}
