import { parseArgs } from "node:util";

const PARTS = ["latency", "memory", "throughput", "peer", "variants", "race"] as const;
const ENGINES = ["postgresql", "mysql", "sqlite", "redis", "pglite"] as const;

export type Part = (typeof PARTS)[number];
export type EngineName = (typeof ENGINES)[number];

/** What a run does. */
export interface BenchOptions {
  readonly engines: readonly EngineName[];
  /** Connections in the smaller and in the larger store. */
  readonly rows: readonly [number, number];
  readonly parts: readonly Part[];
  /** Whether MariaDB keeps the buffer pool it has, also when it is smaller than the table. */
  readonly asFound: boolean;
  /** Whether the stores stay when the run has ended. */
  readonly keep: boolean;
}

const USAGE = `npm run bench:storage -- [--engines=${ENGINES.join(",")}] [--rows=1000,1000000] [--parts=${PARTS.join(",")}] [--as-found] [--keep]`;

function choice<Name extends string>(
  flag: string,
  given: string | undefined,
  known: readonly Name[],
  standard: readonly Name[],
): readonly Name[] {
  if (given === undefined) return standard;
  const named = given.split(",");
  const unknown = named.filter((name) => !known.some((each) => each === name));
  if (unknown.length > 0) throw new Error(`--${flag}: unknown: ${unknown.join(", ")}.\n${USAGE}`);
  return known.filter((name) => named.includes(name));
}

/** Reads the command line. PGlite is left out unless it is named: it is PostgreSQL, in this process. */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      engines: { type: "string" },
      rows: { type: "string" },
      parts: { type: "string" },
      "as-found": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const [small = Number.NaN, large = Number.NaN, ...more] = (values.rows ?? "1000,1000000")
    .split(",")
    .map(Number);
  if (![small, large].every((rows) => Number.isSafeInteger(rows) && rows >= 100) || more.length > 0) {
    throw new Error(`--rows: expected two whole numbers of at least 100.\n${USAGE}`);
  }
  const usual = ENGINES.filter((name) => name !== "pglite");
  return {
    engines: choice("engines", values.engines, ENGINES, usual),
    rows: [small, large],
    parts: choice("parts", values.parts, PARTS, PARTS),
    asFound: values["as-found"],
    keep: values.keep,
  };
}
