import { Redis } from "ioredis";
import { redisLeases } from "mooring/storage/redis";
import type { Measured } from "./in-turn.js";
import { measureInTurn, nextOf, WRITES } from "./in-turn.js";
import type { Stage } from "./stage.js";
import { median } from "./statistics.js";
import { refreshesPerSecond } from "./throughput.js";

/** Refreshes with leases in one place or another, rows in SQL. */
export interface LeaseComparison {
  readonly leases: string;
  /** One at a time. */
  readonly one: Measured;
  /** Median of the rounds, 32 at a time. */
  readonly perSecond: number;
}

const ROUNDS = 5;
const SECONDS = 3;

/** SQL leases and Redis leases in turn, on the same rows. */
export async function measureLeases(stage: Stage, redisUrl: string): Promise<readonly LeaseComparison[]> {
  const redis = new Redis(redisUrl);
  const leases = redisLeases(redis, { prefix: "mooring_bench_leases" });
  const [inSql, inRedis] = [stage, { ...stage, newToolset: withLeases }];
  function withLeases() {
    return stage.newToolset({ storage: { ...stage.store.storage, leases } });
  }
  const places = [
    { leases: "in PostgreSQL", place: inSql },
    { leases: "in Redis", place: inRedis },
  ];
  const next = nextOf(stage.sample);
  const measured = await measureInTurn(
    places.map(({ place }) => ({
      statements: () => stage.store.statements(),
      begin() {
        const toolset = place.newToolset();
        return async () => {
          const { entityId, id } = next();
          const connection = await toolset.getEntity(entityId).getConnection({ connectionId: id });
          return () => connection.refresh();
        };
      },
    })),
    WRITES,
  );
  const rates = places.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { place }] of places.entries()) {
      rates[index]?.push(await refreshesPerSecond(place, 32, SECONDS));
    }
  }
  redis.disconnect();
  return places.flatMap(({ leases: where }, index) => {
    const [one, perSecond] = [measured[index], median(rates[index] ?? [])];
    return one === undefined ? [] : [{ leases: where, one, perSecond }];
  });
}
