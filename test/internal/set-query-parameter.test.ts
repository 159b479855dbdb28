import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setQueryParameter } from "../../src/internal/set-query-parameter.js";

describe("setQueryParameter", () => {
  it.each([
    ["an empty query", "", "key=v%20%26%2B%27"],
    ["others, in their own spelling", "a=%7e+x&b&c=", "a=%7e+x&b&c=&key=v%20%26%2B%27"],
    ["one of the same name, however it is spelt", "key=1&a=2&k%65y=3&key", "a=2&key=v%20%26%2B%27"],
    ["malformed escapes", "a=%&%zz=1", "a=%&%zz=1&key=v%20%26%2B%27"],
  ])("copes with %s", (_what, query, expected) => {
    expect(setQueryParameter(query, "key", "v &+'")).toBe(expected);
  });

  it("sets what a parser then reads, and touches nothing else", () => {
    const text = fc.string({ unit: "grapheme" }).filter((value) => !/\p{Surrogate}/u.test(value));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), text, text, (pairs, name, value) => {
        const before = new URLSearchParams(pairs);
        const after = new URLSearchParams(setQueryParameter(before.toString(), name, value));
        before.delete(name);
        expect([...after]).toEqual([...before, [name, value]]);
      }),
    );
  });
});
