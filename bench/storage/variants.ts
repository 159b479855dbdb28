import { Redis } from "ioredis";
import { Kysely, PostgresDialect } from "kysely";
import type { StorageAdapter } from "mooring";
import { kyselyStorage } from "mooring/storage/kysely";
import { redisLeases } from "mooring/storage/redis";
import { namedStatements } from "../../examples/named-statements.js";
import { nameOfRun } from "./engine.js";
import { measureInTurn, nextOf, READS, WRITES } from "./in-turn.js";
import { openHeld, refresh } from "./latency.js";
import { createPool } from "./postgresql-server.js";
import type { Stage, ToolsetOptions } from "./stage.js";
import { median } from "./statistics.js";
import { callsPerSecond } from "./throughput.js";

/** One way to use the same rows in PostgreSQL. */
export interface Variant {
  readonly name: string;
  /** Medians of one call at a time, in milliseconds. */
  readonly open: number;
  readonly refresh: number;
  /** Medians of the rounds, 32 at a time. */
  readonly opensPerSecond: number;
  readonly refreshesPerSecond: number;
}

const CONCURRENCY = 32;
const ROUNDS = 5;
const SECONDS = 2;

/** As usual, with named statements, and with leases in Redis: in turn, on the same rows. */
export async function measureVariants(
  stage: Stage,
  { databaseUrl, redisUrl }: { readonly databaseUrl: string; readonly redisUrl: string },
): Promise<readonly Variant[]> {
  const named = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: namedStatements(createPool(databaseUrl)) }),
  });
  const redis = new Redis(redisUrl);
  const leases = redisLeases(redis, { prefix: nameOfRun("leases") });
  const on = (storage: StorageAdapter): Stage => ({
    ...stage,
    newToolset: (options?: ToolsetOptions) => stage.newToolset({ ...options, storage }),
  });
  const variants = [
    { name: "as it comes", stage },
    { name: "named statements", stage: on(kyselyStorage(named)) },
    { name: "leases in Redis", stage: on({ ...stage.store.storage, leases }) },
    { name: "both", stage: on({ ...kyselyStorage(named), leases }) },
  ];
  const next = nextOf(stage.sample);
  const mediansOf = async (measure: typeof openHeld, rounds: typeof READS): Promise<readonly number[]> => {
    const subjects = variants.map((variant) => ({
      statements: () => 0,
      begin() {
        const prepare = measure.prepare(variant.stage.newToolset(), variant.stage);
        return () => prepare(next());
      },
    }));
    return (await measureInTurn(subjects, rounds)).map((measured) => measured.median);
  };
  const ratesOf = async (kind: "open" | "refresh"): Promise<readonly number[]> => {
    const rates = variants.map((): number[] => []);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [index, variant] of variants.entries()) {
        rates[index]?.push(await callsPerSecond(variant.stage, kind, CONCURRENCY, SECONDS));
      }
    }
    return rates.map(median);
  };
  const opens = await mediansOf(openHeld, READS);
  const refreshes = await mediansOf(refresh, WRITES);
  const opensPerSecond = await ratesOf("open");
  const refreshesPerSecond = await ratesOf("refresh");
  redis.disconnect();
  await named.destroy();
  return variants.map(({ name }, index) => ({
    name,
    open: opens[index] ?? Number.NaN,
    refresh: refreshes[index] ?? Number.NaN,
    opensPerSecond: opensPerSecond[index] ?? Number.NaN,
    refreshesPerSecond: refreshesPerSecond[index] ?? Number.NaN,
  }));
}
