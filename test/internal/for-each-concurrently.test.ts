import { describe, expect, it } from "vitest";
import { forEachConcurrently } from "../../src/internal/for-each-concurrently.js";

/** Counts up without end, and says whether it was closed. */
function endless() {
  const source = { given: 0, closed: false };
  async function* count() {
    try {
      for (;;) yield source.given++;
    } finally {
      source.closed = true;
    }
  }
  return { source, items: count() };
}

describe("forEachConcurrently", () => {
  it("works on each item once, with its index, never on more at a time", async () => {
    let running = 0;
    let most = 0;
    const done: [string, number][] = [];
    await forEachConcurrently(["a", "b", "c", "d", "e"], { concurrency: 2 }, async (item, index) => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
      done.push([item, index]);
    });
    expect(most).toBe(2);
    expect(done.sort()).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 2],
      ["d", 3],
      ["e", 4],
    ]);
  });

  it("never reads ahead of the work", async () => {
    const { source, items } = endless();
    const work = forEachConcurrently(items, { concurrency: 3 }, async (item) => {
      expect(source.given - item).toBeLessThanOrEqual(3);
      if (item === 50) throw new Error("enough");
    });
    await expect(work).rejects.toThrow("enough");
    expect(source).toMatchObject({ closed: true });
    expect(source.given).toBeLessThanOrEqual(54);
  });

  it("waits for what is under way before it rejects", async () => {
    let finished = false;
    const work = forEachConcurrently([1, 2], { concurrency: 2 }, async (item) => {
      if (item === 1) throw new Error("first");
      await new Promise((resolve) => setImmediate(resolve));
      finished = true;
    });
    await expect(work).rejects.toThrow("first");
    expect(finished).toBe(true);
  });

  it("stops when the signal says so, with its reason", async () => {
    const controller = new AbortController();
    const { source, items } = endless();
    const work = forEachConcurrently(items, { concurrency: 1, signal: controller.signal }, async (item) => {
      if (item === 9) controller.abort(new Error("no time"));
    });
    await expect(work).rejects.toThrow("no time");
    expect(source).toEqual({ given: 10, closed: true });
  });
});
