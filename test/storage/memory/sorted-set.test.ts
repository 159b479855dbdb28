import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sortedSet } from "../../../src/storage/memory/sorted-set.js";

const byText = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

describe("sortedSet", () => {
  it("holds what was added and not removed, once, in order, from any start", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 3 });
    fc.assert(
      fc.property(fc.array(text), fc.array(text), text, (added, removed, start) => {
        const set = sortedSet(byText);
        for (const each of added) set.add(each);
        for (const each of removed) set.remove(each);
        const left = [...new Set(added)].filter((each) => !removed.includes(each)).sort();
        expect([...set.ascending(null)]).toEqual(left);
        expect([...set.ascending(start)]).toEqual(left.filter((each) => each > start));
        expect([...set.descending(null)]).toEqual(left.toReversed());
        expect([...set.descending(start)]).toEqual(left.filter((each) => each < start).reverse());
        expect(set.size).toBe(left.length);
      }),
    );
  });

  it("holds many, added and removed in any order", () => {
    const number = fc.integer({ min: 0, max: 5_000 });
    const many = fc.uniqueArray(number, { minLength: 1_200, maxLength: 3_000, size: "max" });
    fc.assert(
      fc.property(many, number, (numbers, start) => {
        const set = sortedSet<{ readonly number: number }>((one, other) => one.number - other.number);
        for (const each of numbers) set.add({ number: each });
        const removed = new Set(numbers.filter((_, index) => index % 3 === 0));
        for (const each of removed) set.remove({ number: each });
        const left = numbers.filter((each) => !removed.has(each)).sort((one, other) => one - other);
        expect([...set.ascending(null)].map(({ number: each }) => each)).toEqual(left);
        const after = [...set.ascending({ number: start })].map(({ number: each }) => each);
        expect(after).toEqual(left.filter((each) => each > start));
        const before = [...set.descending({ number: start })].map(({ number: each }) => each);
        expect(before).toEqual(left.filter((each) => each < start).reverse());
        expect(set.size).toBe(left.length);
      }),
      { numRuns: 20 },
    );
  });
});
