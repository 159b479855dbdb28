import type { Connection } from "mooring";
import { nextOf } from "./in-turn.js";
import { watchProcessors } from "./machine.js";
import type { Stage, ToolsetOptions } from "./stage.js";

/** How much one process does in a second. */
export interface Throughput {
  readonly name: string;
  readonly concurrency: number;
  readonly perSecond: number;
  /** Processor time per call, in milliseconds: of this process, and of all others (the database, the provider). */
  readonly own: number;
  readonly others: number;
  /** Share of all processors that were busy. */
  readonly busy: number;
}

type Place = Pick<Stage, "newToolset" | "sample">;

interface Load {
  readonly name: string;
  readonly seconds: number;
  /** How many are used in turn: more than a process keeps opened, or few enough to be kept. */
  readonly connections: number;
  readonly options?: ToolsetOptions;
  call(connection: Connection): Promise<unknown>;
}

const CONCURRENCIES = [1, 8, 32, 128];
const MANY = 5_000;
const FEW = 500;
const READ_AT_A_TIME = 16;

const openCredentials = (connection: Connection): Promise<unknown> => connection.getAuthParams();
const fetchUser = async (connection: Connection): Promise<unknown> =>
  (await connection.fetch("/user")).json();
const refresh = (connection: Connection): Promise<unknown> => connection.refresh();

const LOADS: readonly Load[] = [
  { name: "getAuthParams()", seconds: 4, connections: MANY, call: openCredentials },
  { name: 'fetch("/user")', seconds: 4, connections: MANY, call: fetchUser },
  {
    name: 'fetch("/user") with connectionCacheMs',
    seconds: 4,
    connections: FEW,
    options: { connectionCacheMs: 60_000 },
    call: fetchUser,
  },
  { name: "refresh()", seconds: 6, connections: MANY, call: refresh },
];

/** Connections at hand: reading them is not part of what is measured. */
async function connectionsOf(place: Place, count: number, options?: ToolsetOptions) {
  const toolset = place.newToolset(options);
  const rows = place.sample.slice(0, count);
  const connections: Connection[] = [];
  for (let start = 0; start < rows.length; start += READ_AT_A_TIME) {
    const some = rows.slice(start, start + READ_AT_A_TIME);
    connections.push(
      ...(await Promise.all(
        some.map(({ entityId, id }) => toolset.getEntity(entityId).getConnection({ connectionId: id })),
      )),
    );
  }
  return nextOf(connections);
}

interface Run {
  readonly calls: number;
  readonly perSecond: number;
}

async function run(call: () => Promise<unknown>, concurrency: number, seconds: number): Promise<Run> {
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
  return { calls, perSecond: (calls * 1000) / (performance.now() - started) };
}

/** What one process does at one concurrency, all on different connections. */
export async function callsPerSecond(
  place: Place,
  kind: "open" | "refresh",
  concurrency: number,
  seconds: number,
): Promise<number> {
  const call = kind === "open" ? openCredentials : refresh;
  const next = await connectionsOf(place, 2 * FEW);
  const { perSecond } = await run(() => call(next()), concurrency, seconds);
  return perSecond;
}

/** Every load at every concurrency. */
export async function measureThroughput(stage: Stage): Promise<readonly Throughput[]> {
  const results: Throughput[] = [];
  for (const { name, seconds, connections, options, call } of LOADS) {
    const next = await connectionsOf(stage, connections, options);
    await run(() => call(next()), CONCURRENCIES.at(-1) ?? 1, 1);
    for (const concurrency of CONCURRENCIES) {
      const used = watchProcessors();
      const { calls, perSecond } = await run(() => call(next()), concurrency, seconds);
      const { own, others, busy } = used();
      results.push({ name, concurrency, perSecond, own: own / calls, others: others / calls, busy });
    }
  }
  return results;
}
