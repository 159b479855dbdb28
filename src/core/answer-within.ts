import { StorageError } from "../errors.js";
import { adapterOf } from "./adapter-of.js";
import type { CoreContext } from "./context.js";

/**
 * What a storage answers within a time. A connection that died without a word can keep one waiting for a quarter of an
 * hour, where the host's driver has no limit of its own: another one may work by then. What is given up on here goes on,
 * and nobody hears of it.
 *
 * @throws StorageError `STORAGE_FAILED` (retryable) when there is no answer
 */
export function answerWithin<Value>(
  { runtime, storage }: CoreContext,
  limit: { readonly milliseconds: number; readonly operation: string },
  work: Promise<Value>,
): Promise<Value> {
  const { milliseconds, operation } = limit;
  const answered = new AbortController();
  const late = async (): Promise<Value> => {
    await runtime.clock.sleep(milliseconds, answered.signal);
    throw new StorageError(
      "STORAGE_FAILED",
      `The storage did not answer \`${operation}\` within ${milliseconds} milliseconds.`,
      {
        adapter: adapterOf(storage, operation),
        operation,
        retryable: true,
      },
    );
  };
  return Promise.race([work, late()]).finally(() => answered.abort());
}
