import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortedIds } from "../../../src/storage/memory/sorted-ids.js";

describe("sortedIds", () => {
  it("holds what was added and not removed, in order, from any start", () => {
    const id = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });
    fc.assert(
      fc.property(fc.uniqueArray(id), fc.array(id), id, (added, removed, start) => {
        const ids = sortedIds();
        for (const each of added) ids.add(each);
        for (const each of removed) ids.remove(each);
        const left = added
          .filter((each) => !removed.includes(each))
          .sort()
          .reverse();
        expect([...ids.descending(null)]).toEqual(left);
        expect([...ids.descending(start)]).toEqual(left.filter((each) => each < start));
        expect(ids.size).toBe(left.length);
      }),
    );
  });
});
