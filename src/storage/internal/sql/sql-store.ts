import type { MooringDatabase } from "./database.js";
import type { Engine } from "./engine.js";
import type { Guard } from "./errors.js";

/** What the stores of an SQL adapter work with. */
export interface SqlStore {
  /** Name of the adapter. */
  readonly name: string;
  readonly db: MooringDatabase;
  readonly engine: Engine;
  readonly guarded: Guard;
}
