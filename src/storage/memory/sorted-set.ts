/** Items in order, so that a page is found without sorting. */
export interface SortedSet<Item> {
  add(item: Item): void;
  remove(item: Item): void;
  readonly size: number;
  /** The items after `start` (all for null), the first of them first. */
  ascending(start: Item | null): Iterable<Item>;
  /** The items before `start` (all for null), the last of them first. */
  descending(start: Item | null): Iterable<Item>;
}

/** A block that grows beyond this is halved: moving that many items on is nothing, moving a million is not. */
const MAX_BLOCK = 512;

/**
 * Items lie in blocks, so that adding and removing one takes about as long among a million as among a thousand, in any
 * order.
 *
 * @param compare 0 for items that are the same one
 */
export function sortedSet<Item extends string | object>(
  compare: (one: Item, other: Item) => number,
): SortedSet<Item> {
  /** None is empty. */
  const blocks: Item[][] = [];
  let size = 0;

  /** The block an item lies in, or would. */
  const blockOf = (item: Item): number =>
    Math.max(0, countUntil(blocks, ([first]) => first !== undefined && compare(first, item) > 0) - 1);
  /** How many items of a block come before this one. */
  const rank = (block: readonly Item[], item: Item): number =>
    countUntil(block, (each) => compare(each, item) >= 0);
  const holds = (block: readonly Item[], index: number, item: Item): boolean => {
    const found = block[index];
    return found !== undefined && compare(found, item) === 0;
  };

  return {
    get size() {
      return size;
    },
    add(item) {
      const at = blockOf(item);
      const block = blocks[at];
      if (block === undefined) {
        blocks.push([item]);
      } else {
        const index = rank(block, item);
        if (holds(block, index, item)) return;
        block.splice(index, 0, item);
        if (block.length > MAX_BLOCK) blocks.splice(at + 1, 0, block.splice(MAX_BLOCK / 2));
      }
      size += 1;
    },
    remove(item) {
      const at = blockOf(item);
      const block = blocks[at] ?? [];
      const index = rank(block, item);
      if (!holds(block, index, item)) return;
      block.splice(index, 1);
      if (block.length === 0) blocks.splice(at, 1);
      size -= 1;
    },
    *ascending(start) {
      for (let at = start === null ? 0 : blockOf(start); at < blocks.length; at += 1) {
        const block = blocks[at] ?? [];
        yield* start === null ? block : block.filter((item) => compare(item, start) > 0);
      }
    },
    *descending(start) {
      for (let at = start === null ? blocks.length - 1 : blockOf(start); at >= 0; at -= 1) {
        const block = (blocks[at] ?? []).toReversed();
        yield* start === null ? block : block.filter((item) => compare(item, start) < 0);
      }
    },
  };
}

/** How many values come before the first that meets the condition; all after that one meet it too. */
function countUntil<Value>(values: readonly Value[], meets: (value: Value) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = values[middle];
    if (value !== undefined && meets(value)) high = middle;
    else low = middle + 1;
  }
  return low;
}
