import type { LeaseOutcome, LeaseStore } from "../../ports/storage.js";
import type { RedisStore } from "./script.js";

const ACQUIRE = `
local id, owner, ttl = ARGV[2], ARGV[3], tonumber(ARGV[4])
local now = clock()
local former = redis.call('HGET', K .. 'lease-owners', id)
local ends = tonumber(redis.call('ZSCORE', K .. 'leases', id) or 0)
if former and ends > now and ends <= now + 2 * ttl then return 'held' end
redis.call('HSET', K .. 'lease-owners', id, owner)
redis.call('ZADD', K .. 'leases', now + ttl, id)
return former and 'taken-over' or 'acquired'
`;
const RENEW = `
if redis.call('HGET', K .. 'lease-owners', ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('ZADD', K .. 'leases', clock() + tonumber(ARGV[4]), ARGV[2])
return 1
`;
const RELEASE = `
if redis.call('HGET', K .. 'lease-owners', ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HDEL', K .. 'lease-owners', ARGV[2])
redis.call('ZREM', K .. 'leases', ARGV[2])
return 1
`;
const DELETE_EXPIRED = `
local lapsed = redis.call('ZRANGEBYSCORE', K .. 'leases', '-inf', clock() - tonumber(ARGV[2]), 'LIMIT', 0, 1000)
for _, id in ipairs(lapsed) do
  redis.call('HDEL', K .. 'lease-owners', id)
  redis.call('ZREM', K .. 'leases', id)
end
return #lapsed
`;

const OUTCOMES: ReadonlySet<LeaseOutcome> = new Set(["acquired", "taken-over", "held"]);

export function leaseStore({ script, guarded }: RedisStore): LeaseStore {
  const acquire = script(ACQUIRE);
  const renew = script(RENEW);
  const release = script(RELEASE);
  const deleteExpired = script(DELETE_EXPIRED);
  return {
    acquire: ({ key, owner, ttlMs }) =>
      guarded("leases.acquire", async () => {
        const answer = await acquire(key, owner, String(ttlMs));
        for (const outcome of OUTCOMES) if (outcome === answer) return outcome;
        throw new Error("Redis answered in another way than the script does.");
      }),
    renew: ({ key, owner, ttlMs }) =>
      guarded("leases.renew", async () => (await renew(key, owner, String(ttlMs))) === 1),
    release: ({ key, owner }) =>
      guarded("leases.release", async () => {
        await release(key, owner);
      }),
    deleteExpired: (lapsedForMs) =>
      guarded("leases.deleteExpired", () => untilNone(() => deleteExpired(String(lapsedForMs)))),
  };
}

/** Runs a script that removes at most 1,000 until it finds fewer, so that none holds up the server for long. */
export async function untilNone(removeSome: () => Promise<unknown>): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = Number(await removeSome());
    removed += count;
    if (count < 1000) return removed;
  }
}
