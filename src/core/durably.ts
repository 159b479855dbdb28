import { MooringError, StorageError } from "../errors.js";
import { answerWithin } from "./answer-within.js";
import type { CoreContext } from "./context.js";

const FIRST_PAUSE_MS = 100;
/** Short enough to be written before whoever takes over a lease asks for tokens in turn (see grant-turn.ts). */
const MAX_PAUSE_MS = 400;
/** No storage that is well takes as long for a read and a write. */
const MAX_ATTEMPT_MS = 10_000;
/** A failure that is not known to pass, such as a database that is read-only for a moment, is tried this often. */
const DOUBTFUL_ATTEMPTS = 5;

/** Whether a failure of the storage passes by itself: the database cannot be reached, or gave way to another. */
export function isStorageAway(error: unknown): error is StorageError {
  return error instanceof StorageError && error.retryable;
}

function mayPass(error: unknown): boolean {
  // What a host's own vault throws may be anything: its key management service may be away.
  return !MooringError.is(error) || error.code === "STORAGE_FAILED" || error.code === "KEY_MANAGEMENT_FAILED";
}

/**
 * Does work that must not be lost: while something is away, it is tried again for `patienceMs`. Doing it twice, even at
 * the same time, must come to the same as doing it once.
 *
 * @throws what the last try threw
 */
export async function durably<Value>(
  context: CoreContext,
  options: { readonly patienceMs: number; readonly connectionId: string; readonly what: string },
  work: () => Promise<Value>,
): Promise<Value> {
  const { clock, logger } = context.runtime;
  const { patienceMs, connectionId, what } = options;
  const giveUpAt = clock.now() + patienceMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await answerWithin(context, { milliseconds: MAX_ATTEMPT_MS, operation: what }, work());
    } catch (error) {
      const passes = isStorageAway(error) || (mayPass(error) && attempt < DOUBTFUL_ATTEMPTS);
      if (!passes || clock.now() >= giveUpAt) throw error;
      logger.warn(`${what} failed, trying again`, { connectionId, attempt });
      await clock.sleep(Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1)));
    }
  }
}
