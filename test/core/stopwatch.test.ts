import { fakeClock } from "mooring/testing";
import { describe, expect, it, vi } from "vitest";
import { startStopwatch } from "../../src/core/stopwatch.js";

describe("a stopwatch", () => {
  it("believes the wall clock while the monotonic one stands still, as in a suspended machine", async () => {
    vi.spyOn(performance, "now").mockReturnValue(5);
    const clock = fakeClock();
    const elapsed = startStopwatch(clock);
    await clock.advance(30_000);
    expect(elapsed()).toBe(30_000);
  });

  it("believes the monotonic clock while the wall clock is set back", () => {
    const steady = vi.spyOn(performance, "now").mockReturnValue(5);
    let now = 1_000_000;
    const elapsed = startStopwatch({ now: () => now, sleep: async () => {} });
    now -= 3_600_000;
    steady.mockReturnValue(7_005);
    expect(elapsed()).toBe(7_000);
  });
});
