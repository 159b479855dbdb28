import { describe, expect, it } from "vitest";
import { valueAt } from "../../src/internal/value-at.js";

describe("the value at a path", () => {
  it.each([
    ["a.b", 1],
    ["list.0.id", "first"],
    ["list.1.id", undefined],
    ["list.length", undefined],
    ["a.toString", undefined],
    ["a.b.c", undefined],
    ["missing", undefined],
  ])("%s", (path, value) => {
    expect(valueAt({ a: { b: 1 }, list: [{ id: "first" }] }, path)).toBe(value);
  });

  it("is looked for in lists and in nothing as well", () => {
    expect(valueAt([{ id: 1 }], "0.id")).toBe(1);
    expect(valueAt(null, "a")).toBeUndefined();
    expect(valueAt("text", "length")).toBeUndefined();
  });
});
