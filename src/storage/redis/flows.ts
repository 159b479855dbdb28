import type { FlowStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { FLOWS, NAMES, READ } from "./lua.js";
import { readFlow } from "./records.js";
import type { RedisStore } from "./redis-store.js";
import { MAX_STEP, untilNone } from "./redis-store.js";
import { textOf } from "./reply.js";
import { escaped, flowJson } from "./stored-json.js";

const INSERT = `${NAMES}
local id, text, connection_id, expires_at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('EXISTS', key('flow', id)) == 1 then return 'conflict' end
if redis.call('EXISTS', key('connection', connection_id)) == 0 then return 'conflict' end
redis.call('SET', key('flow', id), text)
redis.call('ZADD', K .. 'flows', expires_at, id)
redis.call('SADD', key('connection-flows', connection_id), id)
return 'done'
`;
const CONSUME = `${NAMES}${READ}${FLOWS}
local id = ARGV[1]
local text = text_of('flow', id)
if not text then return false end
local connection_id = connection_of_flow(text)
if not connection_id then unreadable('flow', id) end
remove_flow(id, connection_id)
return text
`;
// One that is not what Mooring wrote has to go as well.
const DELETE_EXPIRED = `${NAMES}${FLOWS}
local expired = redis.call('ZRANGEBYSCORE', K .. 'flows', '-inf', ARGV[1], 'LIMIT', 0, ${MAX_STEP})
for _, id in ipairs(expired) do
  local text = redis.pcall('GET', key('flow', id))
  remove_flow(id, type(text) == 'string' and connection_of_flow(text))
end
return tostring(#expired)
`;

export function flowStore({ script, guarded }: RedisStore): FlowStore {
  const insert = script(INSERT);
  const consume = script(CONSUME);
  const deleteExpired = script(DELETE_EXPIRED);
  return {
    insert: (record) =>
      guarded("flows.insert", async () => {
        const { id, connectionId, expiresAt } = record;
        const inserted = await insert(
          escaped(id),
          flowJson(record),
          escaped(connectionId),
          String(expiresAt),
        );
        if (textOf(inserted) === "conflict") {
          throw conflict("flows.insert", "The flow's id is taken, or its connection is gone.");
        }
      }),
    consume: (id) =>
      guarded("flows.consume", async () => {
        const found = await consume(escaped(id));
        return found === null ? null : readFlow(escaped(id), textOf(found));
      }),
    deleteExpired: (now) =>
      guarded("flows.deleteExpired", () =>
        untilNone(async () => Number(textOf(await deleteExpired(String(now))))),
      ),
  };
}
