import type { Guard } from "./errors.js";
import type { ScriptMaker } from "./script.js";

/** What the stores of the adapter work with. */
export interface RedisStore {
  /** Makes a script of a Lua source. */
  readonly script: ScriptMaker;
  readonly guarded: Guard;
}

/** How many records a script looks at before it lets other clients have their turn. */
export const MAX_STEP = 500;

/** Runs a script that removes at most {@link MAX_STEP} until it finds fewer; returns how many there were. */
export async function untilNone(removeSome: () => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await removeSome();
    removed += count;
    if (count < MAX_STEP) return removed;
  }
}
