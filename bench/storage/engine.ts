import type { StorageAdapter } from "mooring";
import type { SampledRow } from "./population.js";

/** A kind of store to measure. */
export interface Engine {
  readonly name: string;
  /** Server, version and the settings that matter. */
  describe(): Promise<string>;
  /** An empty store of its own. */
  createStore(rows: number): Promise<Store>;
  close(): Promise<void>;
}

/** One store, to be filled once. */
export interface Store {
  readonly storage: StorageAdapter;
  /** Statements (for Redis: commands) sent so far. */
  statements(): number;
  /** Fills it with connections: sampled rows get their credentials, all others text of the same length. */
  seed(seed: Seed): Promise<void>;
  /** What the connections take. */
  size(): Promise<StoreSize>;
  close(): Promise<void>;
  drop(): Promise<void>;
}

export interface Seed {
  readonly rows: number;
  readonly sample: readonly SampledRow[];
  /** By app. */
  readonly integrations: ReadonlyMap<string, string>;
}

/** Bytes; null where the engine does not tell indexes from records. */
export interface StoreSize {
  readonly records: number;
  readonly indexes: number | null;
}

/** Of this run alone: another may be going on beside it. */
const RUN = Math.floor(Math.random() * 2 ** 32).toString(36);

/** The name of something a run makes on a server and removes again. */
export const nameOfRun = (what: string | number): string => `mooring_bench_${RUN}_${what}`;

/** Connections of one process to a database server. */
export const POOL_SIZE = 16;
