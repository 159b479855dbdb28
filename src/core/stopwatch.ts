import type { Clock } from "../ports/runtime.js";

/**
 * Starts measuring; what it returns says how many milliseconds have passed. Two clocks are asked, and the one that says
 * more is believed: the wall clock may be set back, and the monotonic one may stand still while a machine is suspended.
 */
export function startStopwatch(clock: Clock): () => number {
  const wall = clock.now();
  const steady = performance.now();
  return () => Math.max(clock.now() - wall, performance.now() - steady);
}
