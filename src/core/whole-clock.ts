import type { Clock } from "../ports/runtime.js";

/** Taken before anyone can put fake timers in its place. */
const afterOthers = globalThis.setImmediate;

/**
 * A host's clock as the core needs it: in whole milliseconds, as records hold them (one made from `performance.now()` has
 * fractions), and with a `sleep` that ends when it is aborted and lets others have their turn. A test's clock may not
 * wait at all: what sleeps in a loop would then keep everything else from going on.
 */
export function wholeClock(clock: Clock): Clock {
  return {
    now: () => Math.floor(clock.now()),
    async sleep(milliseconds, signal) {
      await clock.sleep(milliseconds, signal);
      await new Promise<void>((resolve) => afterOthers(resolve));
      signal?.throwIfAborted();
    },
  };
}
