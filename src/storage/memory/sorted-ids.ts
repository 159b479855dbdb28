/** Ids in order, so that a page is found without sorting. */
export interface SortedIds {
  add(id: string): void;
  remove(id: string): void;
  readonly size: number;
  /** The ids below `start` (all for null), the greatest first. */
  descending(start: string | null): Iterable<string>;
  /** The ids above `start` (all for null), the smallest first. */
  ascending(start: string | null): Iterable<string>;
}

export function sortedIds(): SortedIds {
  const ids: string[] = [];

  /** How many ids are smaller. */
  const rank = (id: string): number => {
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] ?? "") < id) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return ids.length;
    },
    add(id) {
      ids.splice(rank(id), 0, id);
    },
    remove(id) {
      const index = rank(id);
      if (ids[index] === id) ids.splice(index, 1);
    },
    *ascending(start) {
      let index = start === null ? 0 : rank(start);
      if (ids[index] === start) index += 1;
      for (; index < ids.length; index += 1) {
        const id = ids[index];
        if (id !== undefined) yield id;
      }
    },
    *descending(start) {
      for (let index = (start === null ? ids.length : rank(start)) - 1; index >= 0; index -= 1) {
        const id = ids[index];
        if (id !== undefined) yield id;
      }
    },
  };
}
