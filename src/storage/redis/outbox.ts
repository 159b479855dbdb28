import type { EventRecord, OutboxStore } from "../../ports/storage.js";
import { EVENTS, NAMES } from "./lua.js";
import { readEvent } from "./records.js";
import type { RedisStore } from "./redis-store.js";
import { MAX_STEP } from "./redis-store.js";
import { pairsOf, textsOf } from "./reply.js";
import { fragment } from "./stored-json.js";

// Events lie by the time until which they are hidden; those whose time has come by id, so that the oldest is found. Behind
// the fourth argument are pieces of text, one of which the event must have: those of other types stay where they are.
const CLAIM = `${NAMES}${EVENTS}
local now, hide_until, limit = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local due = redis.call('ZRANGEBYSCORE', K .. 'events-hidden', '-inf', ARGV[1], 'LIMIT', 0, ${MAX_STEP})
for _, id in ipairs(due) do
  redis.call('ZREM', K .. 'events-hidden', id)
  redis.call('ZADD', K .. 'events-available', 0, id)
end
if #due == ${MAX_STEP} then return { 'more' } end
local function is_wanted(text)
  if #ARGV == 4 then return true end
  for index = 5, #ARGV do
    if string.find(text, ARGV[index], 1, true) then return true end
  end
  return false
end
local claimed = { 'all' }
local ids = redis.call('ZRANGEBYLEX', K .. 'events-available', ARGV[4], '+', 'LIMIT', 0, ${MAX_STEP})
for _, id in ipairs(ids) do
  if #claimed == 1 + 2 * limit then return claimed end
  local text = redis.call('HGET', K .. 'events', id)
  local available_at = redis.call('HGET', K .. 'event-availability', id)
  if not text then
    redis.call('ZREM', K .. 'events-available', id)
  elseif (not available_at or tonumber(available_at) <= now) and is_wanted(text) then
    hide_event(id, hide_until)
    claimed[#claimed + 1] = id
    claimed[#claimed + 1] = text
  end
end
if #ids == ${MAX_STEP} then claimed[1] = '(' .. ids[#ids] end
return claimed
`;
const ACKNOWLEDGE = `${NAMES}
for _, id in ipairs(ARGV) do
  redis.call('ZREM', K .. 'events-hidden', id)
  redis.call('ZREM', K .. 'events-available', id)
  redis.call('HDEL', K .. 'event-availability', id)
  redis.call('HDEL', K .. 'events', id)
end
return 'done'
`;

export function outboxStore({ script, guarded }: RedisStore): OutboxStore {
  const claim = script(CLAIM);
  const acknowledge = script(ACKNOWLEDGE);
  return {
    claim: ({ now, hideUntil, limit, types }) =>
      guarded("outbox.claim", async () => {
        if (types?.length === 0) return [];
        const wanted = types?.map((type) => fragment("type", type)) ?? [];
        const found: (readonly [id: string, text: string])[] = [];
        let from = "-";
        for (;;) {
          const missing = String(limit - found.length);
          const reply = await claim(String(now), String(hideUntil), missing, from, ...wanted);
          const [state = "", ...claimed] = textsOf(reply) ?? [];
          found.push(...pairsOf(claimed));
          if (state.startsWith("(")) from = state;
          if (state === "all" || found.length >= limit) return readable(found, hideUntil);
        }
      }),
    acknowledge: (ids) =>
      guarded("outbox.acknowledge", async () => {
        for (let next = 0; next < ids.length; next += MAX_STEP) {
          await acknowledge(...ids.slice(next, next + MAX_STEP));
        }
      }),
  };
}

/**
 * One that was edited by hand holds up no other event: it stays, hidden as the others are, and is told of once it is all
 * there is.
 *
 * @throws UnreadableValue
 */
function readable(
  found: readonly (readonly [id: string, text: string])[],
  availableAt: number,
): readonly EventRecord[] {
  const events: EventRecord[] = [];
  let unreadable: unknown = null;
  for (const [id, text] of found) {
    try {
      events.push(readEvent(id, text, availableAt));
    } catch (error) {
      unreadable ??= error;
    }
  }
  if (events.length === 0 && unreadable !== null) throw unreadable;
  return events;
}
