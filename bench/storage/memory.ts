import { nextOf } from "./in-turn.js";
import type { Stage } from "./stage.js";

const CALLS = 100_000;
const STEP = 20_000;
const CONCURRENCY = 16;

/** What the process holds after that many calls. */
export interface MemoryReading {
  readonly calls: number;
  /** After garbage collection, in bytes. */
  readonly heap: number;
  readonly resident: number;
}

function read(calls: number): MemoryReading {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { calls, heap: heapUsed, resident: rss };
}

/** Calls on random connections of a large store: every one is another entity's, more than any cache holds. */
export async function measureMemory(stage: Stage): Promise<readonly MemoryReading[]> {
  if (globalThis.gc === undefined) throw new Error("Run with --expose-gc: `npm run bench:storage`.");
  const toolset = stage.newToolset();
  const next = nextOf(stage.sample);
  const call = async (): Promise<void> => {
    const { entityId, id } = next();
    const connection = await toolset.getEntity(entityId).getConnection({ connectionId: id });
    await connection.getAuthParams();
  };
  const readings = [read(0)];
  for (let calls = STEP; calls <= CALLS; calls += STEP) {
    let left = STEP;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await call();
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    readings.push(read(calls));
  }
  return readings;
}
