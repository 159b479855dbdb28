import type { StorageErrorCode } from "../../../errors.js";
import { MooringError, StorageError } from "../../../errors.js";
import type { DriverError } from "./driver-error.js";
import { names, readDriverError } from "./driver-error.js";
import { MOORING_NAMES } from "./mooring-names.js";
import { UnreadableRow } from "./row-reader.js";
import type { SchemaState } from "./schema-state.js";

/** A statement that gave way to another is run again after pauses of about 10, 20, 40 … ms. */
const MAX_ATTEMPTS = 6;
const FIRST_PAUSE_MS = 10;
/** Who has waited that long, perhaps for a lock, does not wait once more. */
const PATIENCE_MS = 2_000;

/** Runs one operation of the port; whatever it throws leaves as a StorageError. */
export type Guard = <Result>(operation: string, run: () => Promise<Result>) => Promise<Result>;

/** What a guard may do about a failure. */
export interface GuardOptions {
  /**
   * Whether to run an operation again when the database rolled it back for another's sake. Not in a transaction of the
   * host's: all of that was rolled back.
   */
  readonly repeats?: boolean;
  /** How the schema stands; asked when the database refused what it should have done. */
  readonly readSchemaState?: () => Promise<SchemaState>;
}

/** Makes the guard of an adapter's operations. */
export function createGuard(adapter: string, options: GuardOptions = {}): Guard {
  const { repeats = false, readSchemaState } = options;
  return async (operation, run) => {
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        if (MooringError.is(error)) throw error;
        const failure = readDriverError(error);
        const mayRepeat = repeats && attempt < MAX_ATTEMPTS && performance.now() < giveUpAt;
        if (failure.kind !== "gave-way" || !mayRepeat) {
          throw await storageError(error, failure, { adapter, operation, readSchemaState });
        }
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random()));
      }
    }
  };
}

interface Circumstances {
  readonly adapter: string;
  readonly operation: string;
  readonly readSchemaState: GuardOptions["readSchemaState"];
}

async function storageError(
  error: unknown,
  failure: DriverError,
  { adapter, operation, readSchemaState }: Circumstances,
): Promise<StorageError> {
  if (error instanceof UnreadableRow) {
    return new StorageError("STORAGE_FAILED", error.message, {
      adapter,
      operation,
      hint: "Was the row edited by hand? Correct or delete it.",
    });
  }
  const isUnexpected = failure.kind === "missing" || failure.kind === "other";
  // What cannot be looked up now is told without it.
  const schema = isUnexpected ? await readSchemaState?.().catch(() => undefined) : undefined;
  const { code, message, ...options } = describe(failure, adapter, schema);
  // A driver's message can hold values of the row, so the driver's error itself is not passed on.
  const cause = { name: failure.name, code: failure.code };
  return new StorageError(code, message, { adapter, operation, cause, ...options });
}

interface Description {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

function describe(failure: DriverError, adapter: string, schema: SchemaState | undefined): Description {
  switch (failure.kind) {
    case "conflict":
      return {
        code: "STORAGE_CONFLICT",
        message: "A unique value of the record is taken, or a record it belongs to is gone.",
      };
    case "gave-way":
      return {
        code: "STORAGE_FAILED",
        message: "The database gave way to another transaction.",
        retryable: true,
      };
    case "unreachable":
      return { code: "STORAGE_FAILED", message: "The database cannot be reached.", retryable: true };
    case "refused":
      return {
        code: "STORAGE_ACCESS_DENIED",
        message: "The database does not let its user in.",
        hint: "Correct user, password and host of the connection, or what the server says of who may come from where.",
      };
    case "absent":
      return {
        code: "STORAGE_FAILED",
        message: "There is no database of the name the connection asks for.",
        hint: `Create it and run \`await migrateStorage(db)\` of \`mooring/storage/${adapter}\`, or correct the connection's database.`,
      };
    case "ended":
      return {
        code: "STORAGE_FAILED",
        message: "The transaction this storage is on has ended.",
        hint: "What `withTransaction()` returned lives as long as the transaction: use the toolset itself after it, and keep no connection of it.",
      };
    case "denied":
      return {
        code: "STORAGE_ACCESS_DENIED",
        message: `The database denies its user access${named(failure, " to ")}.`,
        hint: "The user needs SELECT, INSERT, UPDATE and DELETE on the tables `mooring_…`, and who runs `migrateStorage` CREATE as well.",
      };
    case "read-only":
      return {
        code: "STORAGE_ACCESS_DENIED",
        message: "The database can only be read here.",
        hint: "Give Mooring the primary, not a replica: it writes, and reads what it has just written.",
      };
    case "exists":
      return {
        code: "STORAGE_FAILED",
        message: `What a migration step is to make is there already${named(failure, ": ")}.`,
        hint: "Was it made by something else, or has `mooring_migrations` lost a row?",
      };
    case "missing":
    case "other":
      return unexpected(failure, adapter, schema);
  }
}

function unexpected(failure: DriverError, adapter: string, schema: SchemaState | undefined): Description {
  if (schema !== undefined && schema.unknown.length > 0) return newerSchema(schema.unknown);
  const steps = schema?.missing ?? [];
  if (steps.length > 0 || (failure.kind === "missing" && schema === undefined)) {
    return {
      code: "STORAGE_NOT_MIGRATED",
      message: `The database is older than this version of Mooring${steps.length > 0 ? `: it lacks ${steps.join(", ")}` : ""}.`,
      hint: `Run \`await migrateStorage(db)\` of \`mooring/storage/${adapter}\` before the first call.`,
    };
  }
  if (failure.kind === "missing") {
    return {
      code: "STORAGE_FAILED",
      message: `The database has had every migration step, and yet lacks a table or column${named(failure, ": ")}.`,
      hint: "Was it dropped or renamed by hand? Restore it.",
    };
  }
  return {
    code: "STORAGE_FAILED",
    message: "The database refused a statement.",
    hint: "The cause holds the driver's error code; the database's log has the rest.",
  };
}

/** What to say of a database that a newer version of Mooring has migrated. */
export function newerSchema(steps: readonly string[]): Description {
  const safe = steps.filter((step) => /^\w{1,64}$/.test(step));
  return {
    code: "STORAGE_SCHEMA_NEWER",
    message: `The database was migrated by a newer version of Mooring${safe.length > 0 ? `: it has ${safe.join(", ")}` : ""}.`,
    hint: "Update the package `mooring` in this process.",
  };
}

function named(failure: DriverError, before: string): string {
  const found = names(failure, MOORING_NAMES);
  return found.length === 0 ? "" : before + found.map((name) => `\`${name}\``).join(", ");
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
