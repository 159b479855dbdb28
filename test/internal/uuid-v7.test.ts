import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createUuidV7 } from "../../src/internal/uuid-v7.js";

/** RFC 9562 §5.7: version 7, variant 10. */
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const timeOf = (uuid: string): number => Number.parseInt(uuid.slice(0, 13).replace("-", ""), 16);

describe("createUuidV7", () => {
  it("starts with the time, to the millisecond", () => {
    // The RFC's own example, Appendix A.6.
    const uuid = createUuidV7(() => Date.parse("2022-02-22T14:22:22.000-05:00"))();
    expect(uuid.slice(0, 13)).toBe("017f22e2-79b0");
    expect(uuid).toMatch(UUID_V7);
  });

  it("makes ids that are well formed, unique and sort in order, whatever the clock does", () => {
    const clock = fc.array(fc.double({ min: 0, max: 2 ** 47, noNaN: true }), {
      minLength: 2,
      maxLength: 300,
    });
    fc.assert(
      fc.property(clock, (times) => {
        let index = 0;
        const next = createUuidV7(() => times[index++] ?? 0);
        const ids = times.map(() => next());
        expect(ids.filter((id) => !UUID_V7.test(id))).toEqual([]);
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("stays with the latest time it has seen when the clock is set back", () => {
    const times = [5000, 1000, 6000];
    const next = createUuidV7(() => times.shift() ?? 0);
    expect([next(), next(), next()].map(timeOf)).toEqual([5000, 5000, 6000]);
  });

  it("makes thirty thousand within one millisecond, without running ahead of it", () => {
    const next = createUuidV7(() => 1000);
    const ids = Array.from({ length: 30_000 }, () => next());
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(ids);
    expect(timeOf(ids.at(-1) ?? "")).toBe(1000);
  });

  it("differs between two sources at the same time", () => {
    const [one, other] = [createUuidV7(() => 1000), createUuidV7(() => 1000)];
    expect(one()).not.toBe(other());
  });
});
