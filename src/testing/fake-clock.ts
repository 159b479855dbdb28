import type { Clock } from "../ports/runtime.js";

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves time on by that many milliseconds and wakes, in the order they are due, all who sleep until then; each runs
   * as far as it gets before the next one wakes, and may sleep again within the same stretch.
   */
  advance(milliseconds: number): Promise<void>;
  /** How many are asleep. */
  readonly sleeping: number;
}

interface Sleeper {
  readonly due: number;
  wake(): void;
}

/** Taken now, so that a test which replaces the global timers does not stop this clock. */
const { setTimeout } = globalThis;
/** Lets all that was woken run until it waits for something else than a promise. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Time for tests: nothing happens by itself.
 *
 * @param start first value of `now()`, in milliseconds since the epoch. Default: 2026-01-01T00:00:00Z
 * @example
 * ```ts
 * const clock = fakeClock();
 * const slept = clock.sleep(1000).then(() => clock.now());
 * await clock.advance(5000);
 * await slept; // start + 1000
 * ```
 */
export function fakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start;
  const sleepers = new Set<Sleeper>();

  /** The sleeper due first, of several the one that fell asleep first; null when none is due by then. */
  const nextDue = (until: number): Sleeper | null => {
    let next: Sleeper | null = null;
    for (const sleeper of sleepers) {
      if (sleeper.due <= until && (next === null || sleeper.due < next.due)) next = sleeper;
    }
    return next;
  };

  return {
    now: () => now,
    get sleeping() {
      return sleepers.size;
    },
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        if (milliseconds <= 0) return resolve();
        const sleeper: Sleeper = {
          due: now + milliseconds,
          wake() {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", abort);
            resolve();
          },
        };
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", abort, { once: true });
        sleepers.add(sleeper);
      });
    },
    async advance(milliseconds) {
      const end = now + milliseconds;
      for (let next = nextDue(end); next !== null; next = nextDue(end)) {
        now = Math.max(now, next.due);
        next.wake();
        await settle();
      }
      now = Math.max(now, end);
      await settle();
    },
  };
}
