import { StorageError } from "../../errors.js";
import type { FlowStore } from "../../ports/storage.js";
import { untilNone } from "./leases.js";
import { readFlow } from "./records.js";
import type { RedisStore } from "./script.js";

const INSERT = `
local id, connection_id, expires_at, text = ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if redis.call('EXISTS', key('flow', id)) == 1 then return 0 end
if redis.call('EXISTS', key('connection', connection_id)) == 0 then return 0 end
redis.call('SET', key('flow', id), text)
redis.call('ZADD', K .. 'flows', expires_at, id)
redis.call('SADD', key('connection-flows', connection_id), id)
return 1
`;
const CONSUME = `
local flow, text = read('flow', ARGV[2])
if not flow then return false end
remove_flow(ARGV[2], flow.connectionId)
return text
`;
const DELETE_EXPIRED = `
local expired = redis.call('ZRANGEBYSCORE', K .. 'flows', '-inf', ARGV[2], 'LIMIT', 0, 1000)
for _, id in ipairs(expired) do
  local flow = read('flow', id)
  if flow then remove_flow(id, flow.connectionId) else redis.call('ZREM', K .. 'flows', id) end
end
return #expired
`;

export function flowStore({ script, guarded }: RedisStore): FlowStore {
  const insert = script(INSERT);
  const consume = script(CONSUME);
  const deleteExpired = script(DELETE_EXPIRED);
  return {
    insert: (record) =>
      guarded("flows.insert", async () => {
        const { id, connectionId, expiresAt } = record;
        if ((await insert(id, connectionId, String(expiresAt), JSON.stringify(record))) === 1) return;
        throw conflict("flows.insert", "The flow's id is taken, or its connection is gone.");
      }),
    consume: (id) =>
      guarded("flows.consume", async () => {
        const text = await consume(id);
        return typeof text === "string" ? readFlow(id, text) : null;
      }),
    deleteExpired: (now) => guarded("flows.deleteExpired", () => untilNone(() => deleteExpired(String(now)))),
  };
}

export function conflict(operation: string, message: string): StorageError {
  return new StorageError("STORAGE_CONFLICT", message, { adapter: "redis", operation });
}
