import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { capJson } from "../../src/tools/cap-json.js";

describe("capJson", () => {
  it("leaves what fits as it is", () => {
    const value = { items: [1, 2, 3] };
    expect(capJson(value, JSON.stringify(value).length)).toBe(value);
  });

  it("says how much of a text there was", () => {
    expect(capJson({ log: "x".repeat(1_000), id: 7 }, 500)).toEqual({
      log: `${"x".repeat(250)}… [truncated: 250 of 1000 characters]`,
      id: 7,
    });
  });

  it("says how much of a list and of an object there was", () => {
    const items = Array.from({ length: 5_000 }, (_, id) => ({ id }));
    expect(capJson({ items }, 20_000)).toMatchObject({
      items: expect.arrayContaining([{ id: 0 }, "[truncated: 1024 of 5000 items]"]),
    });
    const properties = Object.fromEntries(items.map(({ id }) => [`key_${id}`, id]));
    expect(capJson(properties, 20_000)).toMatchObject({ key_0: 0, "[truncated]": "1024 of 5000 properties" });
  });

  it("keeps a letter of two surrogates whole", () => {
    const capped = capJson(`x${"😀".repeat(100)}`, 201);
    // Throws for half a pair.
    expect(encodeURIComponent(String(capped))).toMatch(/^x(?:%F0%9F%98%80){49}%E2%80%A6/);
  });

  it("always fits, whatever the value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 64, max: 2_000 }), (value, maxCharacters) => {
        const large = [value, [[[value, value], value], Array.from({ length: 50 }, () => value)]];
        expect(JSON.stringify(capJson(large, maxCharacters)).length).toBeLessThanOrEqual(maxCharacters);
      }),
    );
  });
});
