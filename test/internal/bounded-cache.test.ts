import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBoundedCache } from "../../src/internal/bounded-cache.js";

function cacheAt(start: number, limits: { readonly maxEntries?: number; readonly maxAgeMs?: number } = {}) {
  const time = { now: start };
  const cache = createBoundedCache<string>({
    maxEntries: 10,
    maxAgeMs: 1000,
    ...limits,
    now: () => time.now,
  });
  return { cache, time };
}

describe("createBoundedCache", () => {
  it("gives back what was set last", () => {
    const { cache } = cacheAt(0);
    cache.set("a", "1");
    cache.set("a", "2");
    expect(cache.get("a")).toBe("2");
    expect(cache.get("b")).toBeUndefined();
  });

  it("forgets an entry when its time is up, counted from the last set", () => {
    const { cache, time } = cacheAt(5000);
    cache.set("a", "1");
    time.now = 5999;
    expect(cache.get("a")).toBe("1");
    time.now = 6000;
    expect(cache.get("a")).toBeUndefined();
    time.now = 5999;
    expect(cache.get("a")).toBeUndefined();
  });

  it("starts the time anew with a set", () => {
    const { cache, time } = cacheAt(0);
    cache.set("a", "1");
    time.now = 900;
    cache.set("a", "2");
    time.now = 1800;
    expect(cache.get("a")).toBe("2");
  });

  it("forgets an entry from a future the clock was set back from", () => {
    const { cache, time } = cacheAt(5000);
    cache.set("a", "1");
    time.now = 4999;
    expect(cache.get("a")).toBeUndefined();
  });

  it("forgets on demand one entry, or all", () => {
    const { cache } = cacheAt(0);
    for (const key of ["a", "b", "c"]) cache.set(key, key);
    cache.delete("a");
    expect(["a", "b", "c"].map((key) => cache.get(key))).toEqual([undefined, "b", "c"]);
    cache.clear();
    expect(["b", "c"].map((key) => cache.get(key))).toEqual([undefined, undefined]);
  });

  it("never holds more than it may, and always the most recent half", () => {
    const keys = fc.array(fc.integer({ min: 0, max: 40 }).map(String), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), keys, (maxEntries, used) => {
        const { cache } = cacheAt(0, { maxEntries });
        for (const key of used) cache.set(key, key);
        const recent = [...new Set([...used].reverse())];
        const held = recent.filter((key) => cache.get(key) !== undefined);
        expect(held.length).toBeLessThanOrEqual(maxEntries);
        expect(held).toEqual(expect.arrayContaining(recent.slice(0, Math.floor(maxEntries / 2))));
      }),
    );
  });
});
