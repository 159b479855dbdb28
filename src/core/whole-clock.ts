import type { Clock } from "../ports/runtime.js";

/** A host's clock in whole milliseconds, as records hold them: one made from `performance.now()` has fractions. */
export function wholeClock(clock: Clock): Clock {
  return {
    now: () => Math.floor(clock.now()),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}
