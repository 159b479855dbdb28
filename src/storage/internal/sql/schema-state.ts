import type { MooringDatabase } from "./database.js";
import { readDriverError } from "./driver-error.js";
import { MIGRATIONS } from "./migrations.js";

/** How the database's schema stands to this version of Mooring, by the names of migration steps. */
export interface SchemaState {
  /** Steps this version has and the database has not. */
  readonly missing: readonly string[];
  /** Steps a newer version has taken there. */
  readonly unknown: readonly string[];
}

/** Reads it from the record of steps. A database without that record has had none. @throws the driver's error */
export async function readSchemaState(db: MooringDatabase): Promise<SchemaState> {
  const names = MIGRATIONS.map(({ name }) => name);
  const applied = new Set(await appliedSteps(db));
  return {
    missing: names.filter((name) => !applied.has(name)),
    unknown: [...applied].filter((name) => !names.includes(name)).sort(),
  };
}

async function appliedSteps(db: MooringDatabase): Promise<readonly string[]> {
  try {
    const rows = await db.selectFrom("mooring_migrations").select("name").execute();
    return rows.map(({ name }) => String(name));
  } catch (error) {
    if (readDriverError(error).kind === "missing") return [];
    throw error;
  }
}
