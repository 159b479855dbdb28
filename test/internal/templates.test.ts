import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillText } from "../../src/internal/templates.js";

describe("fillText", () => {
  it("replaces each placeholder, however often it occurs", () => {
    expect(fillText("{a}-{b_2}-{a}", { a: "1", b_2: "2" })).toBe("1-2-1");
  });

  it("leaves other braces alone", () => {
    expect(fillText(`{"key": "{a}", "n": {}} {A} { a }`, { a: "1" })).toBe(`{"key": "1", "n": {}} {A} { a }`);
  });

  it.each(["{missing}", "{constructor}"])("names %s when there is no value for it", (placeholder) => {
    expect(() => fillText(`x ${placeholder}`, { a: "1" })).toThrow(placeholder);
  });

  it("puts any value in verbatim, also one that looks like a placeholder or a replacement pattern", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("{a}", "{b}", "$&", "$1", "$$", "$<name>"),
    );
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(fillText("<{a}|{b}>", { a, b })).toBe(`<${a}|${b}>`);
      }),
    );
  });
});
