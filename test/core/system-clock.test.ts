import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/core/system-clock.js";

describe("systemClock", () => {
  it("tells the machine's time", () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  });

  it("wakes who sleeps", async () => {
    const { signal } = new AbortController();
    await expect(systemClock.sleep(0, signal)).resolves.toBeUndefined();
  });

  it("rejects with the signal's reason, before and during the sleep", async () => {
    const reason = new Error("enough");
    await expect(systemClock.sleep(3_600_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    const controller = new AbortController();
    const sleeping = systemClock.sleep(3_600_000, controller.signal);
    controller.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
  });
});
