import type { StorageErrorCode } from "../../errors.js";
import { MooringError, StorageError } from "../../errors.js";
import type { SendCommand } from "./client.js";
import { UnreadableValue } from "./json-reader.js";

/** The schema this version writes; a store that says a greater one was written by a newer version. */
export const SCHEMA = 1;

/** Runs one operation of the port; whatever it throws leaves as a StorageError. */
export type Guard = <Result>(operation: string, run: () => Promise<Result>) => Promise<Result>;

/** The server's error prefixes, and the clients' error names and codes, for what passes by itself. */
const TRANSIENT =
  /^(?:LOADING|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|BUSY|NOREPLICAS|UNKILLABLE)\b|^Connection is closed|^Stream isn't writeable|^Socket (?:closed|already opened)|^Reached the max retries|^The client is closed|^Connection timeout|^Command timed out|^Disconnects client/i;
const TRANSIENT_NAMES = new Set([
  "AbortError",
  "MaxRetriesPerRequestError",
  "ClientClosedError",
  "ClientOfflineError",
  "ConnectionTimeoutError",
  "DisconnectsClientError",
  "SocketClosedUnexpectedlyError",
  "SocketTimeoutError",
  "CommandTimeoutError",
  "TimeoutError",
]);
const TRANSIENT_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
]);
const DENIED = /^(?:NOPERM|NOAUTH|WRONGPASS)\b|ERR AUTH/;
const FULL = /^OOM\b/;
const UNREADABLE = /MOORING_UNREADABLE ([\w-]+) ([\w:.-]+)/;

/** Makes the guard of the adapter's operations. */
export function createGuard(send: SendCommand, keys: string): Guard {
  return async (operation, run) => {
    try {
      return await run();
    } catch (error) {
      if (MooringError.is(error)) throw error;
      const unreadable = unreadableOf(error);
      throw unreadable === null
        ? failed(operation, error)
        : await unreadableError(operation, unreadable, { send, keys });
    }
  };
}

/** @throws nothing: what a value of a newer version looks like is anyone's guess, so the schema says why it is not read */
async function unreadableError(
  operation: string,
  problem: string,
  { send, keys }: { readonly send: SendCommand; readonly keys: string },
): Promise<StorageError> {
  const schema = await send("GET", `${keys}schema`).then(Number, () => SCHEMA);
  if (schema > SCHEMA) {
    return storageError(operation, "STORAGE_SCHEMA_NEWER", {
      message: "The store was written by a newer version of Mooring.",
      hint: "Update the package `mooring` in this process.",
    });
  }
  return storageError(operation, "STORAGE_FAILED", {
    message: problem,
    hint: "Was the value edited by hand? Correct or delete it.",
  });
}

function unreadableOf(error: unknown): string | null {
  if (error instanceof UnreadableValue) return error.message;
  const [, kind, id] = UNREADABLE.exec(textOf(error)) ?? [];
  return kind === undefined ? null : `The ${kind} ${id} is not the JSON Mooring wrote.`;
}

function failed(operation: string, error: unknown): StorageError {
  const text = textOf(error);
  if (DENIED.test(text)) {
    return storageError(operation, "STORAGE_ACCESS_DENIED", {
      message: "Redis does not let this user do that.",
      hint: "Allow it `+@read +@write +@scripting` on the keys of the prefix, or correct its password.",
      cause: error,
    });
  }
  if (FULL.test(text)) {
    return storageError(operation, "STORAGE_FAILED", {
      message: "Redis has no memory left.",
      hint: "Give it more; with `maxmemory-policy noeviction` nothing is lost meanwhile.",
      cause: error,
    });
  }
  const isTransient =
    TRANSIENT.test(text) || TRANSIENT_NAMES.has(nameOf(error)) || TRANSIENT_CODES.has(codeOf(error));
  return storageError(operation, "STORAGE_FAILED", {
    message: isTransient ? "Redis cannot be reached, or is not ready." : "Redis refused a command.",
    retryable: isTransient,
    cause: error,
  });
}

function storageError(
  operation: string,
  code: StorageErrorCode,
  about: {
    readonly message: string;
    readonly hint?: string;
    readonly retryable?: boolean;
    readonly cause?: unknown;
  },
): StorageError {
  const { message, cause, ...options } = about;
  return new StorageError(code, message, {
    adapter: "redis",
    operation,
    ...options,
    // A client's error can hold the command with its values, so it is not passed on itself.
    cause: cause === undefined ? undefined : { name: nameOf(cause), code: codeOf(cause) || prefixOf(cause) },
  });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : "");
/** What the server calls the error: `NOPERM`, `WRONGTYPE`. */
const prefixOf = (error: unknown): string => /^[A-Z]{2,24}\b/.exec(textOf(error))?.[0] ?? "";

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name } = error.name === "Error" ? error.constructor : error;
  return /^\w{1,64}$/.test(name) ? name : "Error";
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "";
}
