import { nextOf } from "./in-turn.js";
import { watchProcessors } from "./machine.js";
import type { Stage } from "./stage.js";

/** How much one process does in a second. */
export interface Throughput {
  readonly name: string;
  readonly concurrency: number;
  readonly perSecond: number;
  /** Shares of all processors: this process, and all that ran on the machine. */
  readonly ownShare: number;
  readonly machineShare: number;
}

interface Load {
  readonly name: string;
  readonly seconds: number;
  /** Makes the call on the next connection. */
  prepare(stage: Stage): Promise<() => Promise<unknown>>;
}

const CONCURRENCIES = [1, 8, 32, 128];
/** Connections that are used over and over: more than a process keeps opened. */
const CONNECTIONS = 5_000;

/** Connections at hand: reading them is not part of what is measured. */
async function connectionsOf(stage: Pick<Stage, "newToolset" | "sample">, count = CONNECTIONS) {
  const toolset = stage.newToolset();
  const rows = stage.sample.slice(0, count);
  const connections = [];
  for (const { entityId, id } of rows) {
    connections.push(await toolset.getEntity(entityId).getConnection({ connectionId: id }));
  }
  return nextOf(connections);
}

const LOADS: readonly Load[] = [
  {
    name: "getAuthParams()",
    seconds: 4,
    async prepare(stage) {
      const next = await connectionsOf(stage);
      return () => next().getAuthParams();
    },
  },
  {
    name: 'fetch("/user")',
    seconds: 4,
    async prepare(stage) {
      const next = await connectionsOf(stage);
      return async () => (await next().fetch("/user")).json();
    },
  },
  {
    name: "refresh()",
    seconds: 6,
    async prepare(stage) {
      const next = await connectionsOf(stage);
      return () => next().refresh();
    },
  },
];

async function run(call: () => Promise<unknown>, concurrency: number, seconds: number): Promise<number> {
  let calls = 0;
  const started = performance.now();
  const end = started + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      await call();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return (calls * 1000) / (performance.now() - started);
}

/** Refreshes of one process, all of different connections. */
export async function refreshesPerSecond(
  stage: Pick<Stage, "newToolset" | "sample">,
  concurrency: number,
  seconds: number,
): Promise<number> {
  const next = await connectionsOf(stage, 1_000);
  return run(() => next().refresh(), concurrency, seconds);
}

/** Every load at every concurrency. */
export async function measureThroughput(stage: Stage): Promise<readonly Throughput[]> {
  const results: Throughput[] = [];
  for (const { name, seconds, prepare } of LOADS) {
    const call = await prepare(stage);
    await run(call, CONCURRENCIES.at(-1) ?? 1, 1);
    for (const concurrency of CONCURRENCIES) {
      const busy = watchProcessors();
      const perSecond = await run(call, concurrency, seconds);
      const { own, machine } = busy();
      results.push({ name, concurrency, perSecond, ownShare: own, machineShare: machine });
    }
  }
  return results;
}
