import type { Connection, MooringToolSet } from "mooring";
import type { Measured, Rounds, Subject } from "./in-turn.js";
import { measureInTurn, nextOf, READS, WRITES } from "./in-turn.js";
import type { SampledRow } from "./population.js";
import { expiryOf, sealTokens } from "./population.js";
import type { Stage, ToolsetOptions } from "./stage.js";

/** A call of Mooring's, in a toolset that has opened nothing yet: every call decrypts. */
export interface Measure {
  readonly name: string;
  readonly rounds: Rounds;
  readonly options?: ToolsetOptions;
  prepare(toolset: MooringToolSet, stage: Stage): (sampled: SampledRow) => Promise<() => Promise<unknown>>;
}

/** What a measure showed at both sizes. */
export interface Latency {
  readonly name: string;
  readonly small: Measured;
  readonly large: Measured;
}

const connectionOf = (toolset: MooringToolSet, { entityId, id }: SampledRow): Promise<Connection> =>
  toolset.getEntity(entityId).getConnection({ connectionId: id });

export const getByIdAndOpen: Measure = {
  name: "getConnection({ connectionId }), getAuthParams()",
  rounds: READS,
  prepare: (toolset) => async (sampled) => async () => (await connectionOf(toolset, sampled)).getAuthParams(),
};

export const openHeld: Measure = {
  name: "getAuthParams() of a connection at hand",
  rounds: READS,
  prepare: (toolset) => async (sampled) => {
    const connection = await connectionOf(toolset, sampled);
    return () => connection.getAuthParams();
  },
};

export const refresh: Measure = {
  name: "connection.refresh()",
  rounds: WRITES,
  prepare: (toolset) => async (sampled) => {
    const connection = await connectionOf(toolset, sampled);
    return () => connection.refresh();
  },
};

const MEASURES: readonly Measure[] = [
  getByIdAndOpen,
  {
    name: "getConnection({ app }), getAuthParams()",
    rounds: READS,
    prepare:
      (toolset) =>
      async ({ entityId, app }) => {
        const entity = toolset.getEntity(entityId);
        return async () => (await entity.getConnection({ app })).getAuthParams();
      },
  },
  {
    name: 'fetch("/user") of a connection at hand',
    rounds: READS,
    prepare: (toolset) => async (sampled) => {
      const connection = await connectionOf(toolset, sampled);
      return async () => (await connection.fetch("/user")).json();
    },
  },
  {
    name: "the same with connectionCacheMs, the row read before",
    rounds: READS,
    options: { connectionCacheMs: 60_000 },
    prepare: (toolset) => async (sampled) => {
      const connection = await connectionOf(toolset, sampled);
      await connection.getAuthParams();
      return async () => (await connection.fetch("/user")).json();
    },
  },
  {
    name: "executeRequest({ app, entityId })",
    rounds: READS,
    prepare:
      (toolset) =>
      async ({ entityId, app }) =>
      () =>
        toolset.executeRequest({ entityId, app, method: "GET", endpoint: "/user" }),
  },
  {
    name: "refresh write: compareAndSwap",
    rounds: WRITES,
    prepare:
      (_toolset, { store }) =>
      (sampled) =>
        refreshWrite(store.storage.connections, sampled),
  },
  refresh,
];

/** As a refresh writes: new ciphertext of the same length, another expiry, the next version. */
async function refreshWrite(
  connections: Stage["store"]["storage"]["connections"],
  sampled: SampledRow,
): Promise<() => Promise<void>> {
  const row = await connections.get(sampled);
  if (row === null) throw new Error(`Connection ${sampled.id} is not there.`);
  const { version } = row.connection;
  const now = Date.now();
  const next = {
    ...row.connection,
    credentials: await sealTokens(sampled, now),
    expiresAt: expiryOf(sampled.row, now),
    updatedAt: now,
    version: version + 1,
  };
  return async () => {
    if (await connections.compareAndSwap(next, version)) return;
    throw new Error(`The compare-and-swap of ${sampled.id} was lost.`);
  };
}

/** A measure on one store. */
export function subjectOf(measure: Measure, stage: Stage, nextRow: () => SampledRow): Subject {
  return {
    statements: () => stage.store.statements(),
    begin() {
      const prepare = measure.prepare(stage.newToolset(measure.options), stage);
      return () => prepare(nextRow());
    },
  };
}

/** Every measure at both sizes. */
export async function measureLatency(smallStage: Stage, largeStage: Stage): Promise<readonly Latency[]> {
  const [nextSmall, nextLarge] = [nextOf(smallStage.sample), nextOf(largeStage.sample)];
  const results: Latency[] = [];
  for (const measure of MEASURES) {
    const subjects = [subjectOf(measure, smallStage, nextSmall), subjectOf(measure, largeStage, nextLarge)];
    const [small, large] = await measureInTurn(subjects, measure.rounds);
    if (small !== undefined && large !== undefined) results.push({ name: measure.name, small, large });
  }
  return results;
}
