import { MooringError, StorageError } from "../../errors.js";
import { UnreadableValue } from "./json-reader.js";
import { NAMES } from "./lua.js";
import type { Refusal } from "./refusals.js";
import { refusalOf } from "./refusals.js";
import type { ScriptMaker } from "./script.js";

/** The schema this version writes; a store that says a greater one was written by a newer version. */
export const SCHEMA = 1;

const READ_SCHEMA = `${NAMES}
return redis.call('GET', K .. 'schema')
`;
const UNREADABLE = /MOORING_UNREADABLE (\w+) (\S+)/;

/** Runs one operation of the port; whatever it throws leaves as a StorageError. */
export type Guard = <Result>(operation: string, run: () => Promise<Result>) => Promise<Result>;

/** Makes the guard of the adapter's operations. */
export function createGuard(script: ScriptMaker): Guard {
  const readSchema = script(READ_SCHEMA);

  /** What a value of a newer version looks like is anyone's guess, so the schema says why it is not read. */
  const whyUnreadable = async (problem: string): Promise<Refusal> => {
    const schema = await readSchema().then(Number, () => SCHEMA);
    return schema > SCHEMA
      ? {
          code: "STORAGE_SCHEMA_NEWER",
          message: "The store was written by a newer version of Mooring.",
          hint: "Update the package `mooring` in this process.",
        }
      : {
          code: "STORAGE_FAILED",
          message: problem,
          hint: "Was the value edited by hand? Correct or delete it.",
        };
  };

  return async (operation, run) => {
    try {
      return await run();
    } catch (error) {
      if (MooringError.is(error)) throw error;
      const problem = problemOf(error);
      if (problem === null) throw storageError(operation, refusalOf(error), error);
      throw storageError(operation, await whyUnreadable(problem));
    }
  };
}

/** What is wrong with the stored value an error is about; null when it is about none. */
function problemOf(error: unknown): string | null {
  if (error instanceof UnreadableValue) return error.message;
  const [, kind, id] = UNREADABLE.exec(messageOf(error)) ?? [];
  return kind === undefined ? null : `The ${kind} ${id} is not the JSON Mooring wrote.`;
}

function storageError(operation: string, refusal: Refusal, cause?: unknown): StorageError {
  const { code, message, hint, retryable = false } = refusal;
  return new StorageError(code, message, {
    adapter: "redis",
    operation,
    hint,
    retryable,
    // A client's error can hold the command with its values, so it is not passed on itself.
    cause:
      cause === undefined
        ? undefined
        : { name: nameOf(cause), code: codeOf(cause) || prefixOf(messageOf(cause)) },
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : "");
/** What the server calls the error: `NOPERM`, `WRONGTYPE`. */
const prefixOf = (message: string): string => /^[A-Z]{2,24}\b/.exec(message)?.[0] ?? "";

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { name } = error.name === "Error" ? error.constructor : error;
  return /^\w{1,64}$/.test(name) ? name : "Error";
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "";
}
