import type { LeaseOutcome, LeaseStore } from "../../ports/storage.js";
import { CLOCK, NAMES } from "./lua.js";
import type { RedisStore } from "./redis-store.js";
import { MAX_STEP, untilNone } from "./redis-store.js";
import { textOf, UnexpectedReply } from "./reply.js";

// Kept until it is taken or swept, not by the server's own expiry: that it lapsed must be known.
const ACQUIRE = `${NAMES}${CLOCK}
local id, owner, ttl = ARGV[1], ARGV[2], tonumber(ARGV[3])
local now = clock()
local former = redis.call('HGET', K .. 'lease-owners', id)
local ends = tonumber(redis.call('ZSCORE', K .. 'leases', id) or 0)
if former and ends > now and ends <= now + 2 * ttl then return 'held' end
redis.call('HSET', K .. 'lease-owners', id, owner)
redis.call('ZADD', K .. 'leases', now + ttl, id)
return former and 'taken-over' or 'acquired'
`;
const RENEW = `${NAMES}${CLOCK}
if redis.call('HGET', K .. 'lease-owners', ARGV[1]) ~= ARGV[2] then return 'other' end
redis.call('ZADD', K .. 'leases', clock() + tonumber(ARGV[3]), ARGV[1])
return 'done'
`;
const RELEASE = `${NAMES}
if redis.call('HGET', K .. 'lease-owners', ARGV[1]) ~= ARGV[2] then return 'other' end
redis.call('HDEL', K .. 'lease-owners', ARGV[1])
redis.call('ZREM', K .. 'leases', ARGV[1])
return 'done'
`;
const DELETE_EXPIRED = `${NAMES}${CLOCK}
local until_when = clock() - tonumber(ARGV[1])
local lapsed = redis.call('ZRANGEBYSCORE', K .. 'leases', '-inf', until_when, 'LIMIT', 0, ${MAX_STEP})
for _, id in ipairs(lapsed) do
  redis.call('HDEL', K .. 'lease-owners', id)
  redis.call('ZREM', K .. 'leases', id)
end
return tostring(#lapsed)
`;

const OUTCOMES: ReadonlySet<LeaseOutcome> = new Set(["acquired", "taken-over", "held"]);

export function leaseStore({ script, guarded }: RedisStore): LeaseStore {
  const acquire = script(ACQUIRE);
  const renew = script(RENEW);
  const release = script(RELEASE);
  const deleteExpired = script(DELETE_EXPIRED);
  return {
    adapter: "redis",
    acquire: ({ key, owner, ttlMs }) =>
      guarded("leases.acquire", async () => outcomeOf(await acquire(key, owner, String(ttlMs)))),
    renew: ({ key, owner, ttlMs }) =>
      guarded("leases.renew", async () => textOf(await renew(key, owner, String(ttlMs))) === "done"),
    release: ({ key, owner }) =>
      guarded("leases.release", async () => {
        await release(key, owner);
      }),
    deleteExpired: (lapsedForMs) =>
      guarded("leases.deleteExpired", () =>
        untilNone(async () => Number(textOf(await deleteExpired(String(lapsedForMs))))),
      ),
  };
}

function outcomeOf(reply: unknown): LeaseOutcome {
  const answer = textOf(reply);
  for (const outcome of OUTCOMES) if (outcome === answer) return outcome;
  throw new UnexpectedReply();
}
