import { initialSchema } from "./migrations/initial-schema.js";
import type { SchemaBuilder } from "./migrations/schema-builder.js";

/** One step of the schema. A published step never changes: what is new is a new step at the end. */
export interface Migration {
  /** Sorts after the one before it. */
  readonly name: string;
  /**
   * On MySQL a step can end half-way and is then done again, perhaps by several processes at once: it must not mind what
   * is there already.
   */
  up(schema: SchemaBuilder): Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [{ name: "0001_initial", up: initialSchema }];
