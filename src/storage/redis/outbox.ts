import type { OutboxStore } from "../../ports/storage.js";
import { readEvent } from "./records.js";
import type { RedisStore } from "./script.js";

const CLAIM = `
local now, hide_until, limit = tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local claimed, start = {}, '-'
while true do
  local ids = redis.call('ZRANGEBYLEX', K .. 'events', start, '+', 'LIMIT', 0, 500)
  if #ids == 0 then return claimed end
  local availability = redis.call('HMGET', K .. 'event-availability', unpack(ids))
  for index, id in ipairs(ids) do
    if tonumber(availability[index]) <= now then
      redis.call('HSET', K .. 'event-availability', id, hide_until)
      claimed[#claimed + 1] = id
      claimed[#claimed + 1] = redis.call('HGET', K .. 'event-records', id)
      if #claimed == 2 * limit then return claimed end
    end
  end
  start = '(' .. ids[#ids]
end
`;
const ACKNOWLEDGE = `
for index = 2, #ARGV do
  redis.call('ZREM', K .. 'events', ARGV[index])
  redis.call('HDEL', K .. 'event-availability', ARGV[index])
  redis.call('HDEL', K .. 'event-records', ARGV[index])
end
`;

export function outboxStore({ script, guarded }: RedisStore): OutboxStore {
  const claim = script(CLAIM);
  const acknowledge = script(ACKNOWLEDGE);
  return {
    claim: ({ now, hideUntil, limit }) =>
      guarded("outbox.claim", async () => {
        const found = await claim(String(now), String(hideUntil), String(limit));
        return pairsOf(found).map(([id, text]) => readEvent(id, text, hideUntil));
      }),
    acknowledge: (ids) =>
      guarded("outbox.acknowledge", async () => {
        if (ids.length > 0) await acknowledge(...ids);
      }),
  };
}

/** Ids and values, which scripts return by turns. */
export function pairsOf(found: unknown): readonly (readonly [id: string, text: string])[] {
  if (!Array.isArray(found)) return [];
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < found.length; index += 2) {
    pairs.push([String(found[index]), String(found[index + 1])]);
  }
  return pairs;
}
