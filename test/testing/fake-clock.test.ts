import { describe, expect, it } from "vitest";
import { fakeClock } from "../../src/testing/index.js";

describe("fakeClock", () => {
  it("stands still until it is moved", async () => {
    const clock = fakeClock(1000);
    expect(clock.now()).toBe(1000);
    await clock.advance(250);
    expect(clock.now()).toBe(1250);
  });

  it("starts with the year 2026 unless told otherwise", () => {
    expect(new Date(fakeClock().now()).toISOString()).toBe("2026-01-01T00:00:00.000Z");
  });

  it("wakes sleepers in the order they are due, each at its own time", async () => {
    const clock = fakeClock(0);
    const woken: string[] = [];
    const sleep = async (name: string, milliseconds: number) => {
      await clock.sleep(milliseconds);
      woken.push(`${name} at ${clock.now()}`);
    };
    const all = Promise.all([
      sleep("late", 300),
      sleep("early", 100),
      sleep("also early", 100),
      sleep("never", 501),
    ]);
    expect(clock.sleeping).toBe(4);
    await clock.advance(500);
    expect(woken).toEqual(["early at 100", "also early at 100", "late at 300"]);
    expect(clock.now()).toBe(500);
    expect(clock.sleeping).toBe(1);
    await clock.advance(1);
    await all;
    expect(woken).toHaveLength(4);
  });

  it("wakes those who fall asleep again within the same stretch", async () => {
    const clock = fakeClock(0);
    const ticks: number[] = [];
    const loop = (async () => {
      while (ticks.length < 3) {
        await clock.sleep(100);
        ticks.push(clock.now());
      }
    })();
    await clock.advance(1000);
    await loop;
    expect(ticks).toEqual([100, 200, 300]);
  });

  it("does not let anyone sleep for no time", async () => {
    const clock = fakeClock();
    await clock.sleep(0);
    await clock.sleep(-1);
    expect(clock.sleeping).toBe(0);
  });

  it("rejects with the signal's reason when it is aborted, before or during sleep", async () => {
    const clock = fakeClock();
    const before = AbortSignal.abort("too late");
    await expect(clock.sleep(100, before)).rejects.toBe("too late");
    const controller = new AbortController();
    const asleep = clock.sleep(100, controller.signal);
    controller.abort("woken");
    await expect(asleep).rejects.toBe("woken");
    expect(clock.sleeping).toBe(0);
  });

  it("ignores an abort after waking", async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const asleep = clock.sleep(100, controller.signal);
    await clock.advance(100);
    controller.abort();
    await expect(asleep).resolves.toBeUndefined();
  });
});
