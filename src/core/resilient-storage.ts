import { MooringError } from "../errors.js";
import type { Clock } from "../ports/runtime.js";
import type { StorageAdapter } from "../ports/storage.js";
import type { StorageOperation } from "./wrapped-storage.js";
import { wrappedStorage } from "./wrapped-storage.js";

/**
 * What changes nothing. A write whose answer was lost may have been done, so repeating one is for those who can tell:
 * `changeRow` by its compare-and-swap, `changeRowDurably` with tokens.
 */
const READS: ReadonlySet<StorageOperation> = new Set([
  "integrations.get",
  "integrations.list",
  "connections.get",
  "connections.list",
  "connections.scan",
  "connections.expiring",
]);
const MAX_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 50;
/** A database that is slow to fail, such as a pool that nobody gives back to, is not waited for again and again. */
const PATIENCE_MS = 1_500;

/**
 * A storage whose reads survive a database that is gone for a moment: one that fails over, or cuts a pooled connection.
 * A read that fails with a retryable error is tried up to five times within about a second.
 *
 * Not for a transaction of the host's: there, what failed has ended all of it.
 */
export function resilientStorage(storage: StorageAdapter, clock: Clock): StorageAdapter {
  const persist = async <Value>(read: () => Promise<Value>): Promise<Value> => {
    const giveUpAt = clock.now() + PATIENCE_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read();
      } catch (error) {
        const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
        const mayPass = MooringError.is(error) && error.retryable && attempt < MAX_ATTEMPTS;
        if (!mayPass || clock.now() + pauseMs >= giveUpAt) throw error;
        await clock.sleep(pauseMs);
      }
    }
  };
  return wrappedStorage(storage, (operation, call) => (READS.has(operation) ? persist(call) : call()));
}
