/**
 * Works on items, at most `concurrency` at a time, taking the next one when there is room for it: the source is never
 * read ahead. Rejects with the first failure of the source, the signal or `work`, once what is under way has ended.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  options: { readonly concurrency: number; readonly signal?: AbortSignal | undefined },
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  const { concurrency, signal } = options;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  let index = 0;
  let isOver = false;
  const worker = async (): Promise<void> => {
    try {
      while (!isOver) {
        signal?.throwIfAborted();
        const next = await iterator.next();
        if (next.done === true) break;
        index += 1;
        await work(next.value, index - 1);
      }
    } finally {
      isOver = true;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  await iterator.return?.();
  const failure = ended.find((each) => each.status === "rejected");
  if (failure !== undefined) throw failure.reason;
}
