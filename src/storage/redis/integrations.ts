import type { IntegrationStore } from "../../ports/storage.js";
import { SCHEMA } from "./errors.js";
import { conflict } from "./flows.js";
import { pageReader, passes } from "./pages.js";
import { readIntegration } from "./records.js";
import type { RedisStore } from "./script.js";
import { optional } from "./script.js";

const INSERT = `
local id, reuse_key, text = ARGV[2], given(ARGV[3]), ARGV[4]
if redis.call('EXISTS', key('integration', id)) == 1 then return 0 end
if reuse_key and redis.call('HSETNX', K .. 'reuse-keys', reuse_key, id) == 0 then return 0 end
redis.call('SET', K .. 'schema', ARGV[5], 'NX')
redis.call('SET', key('integration', id), text)
redis.call('ZADD', K .. 'integrations', 0, id)
return 1
`;
const COMPARE_AND_SWAP = `
local id, expected, reuse_key, text = ARGV[2], tonumber(ARGV[3]), given(ARGV[4]), ARGV[5]
local stored = read('integration', id)
if not stored or stored.version ~= expected then return 0 end
if reuse_key then
  local owner = redis.call('HGET', K .. 'reuse-keys', reuse_key)
  if owner and owner ~= id then return -1 end
end
if stored.reuseKey ~= cjson.null then redis.call('HDEL', K .. 'reuse-keys', stored.reuseKey) end
if reuse_key then redis.call('HSET', K .. 'reuse-keys', reuse_key, id) end
redis.call('SET', key('integration', id), text)
return 1
`;
const DELETE = `
local id = ARGV[2]
local stored = read('integration', id)
if not stored then return 0 end
for _, connection_id in ipairs(redis.call('ZRANGE', key('integration-connections', id), 0, -1)) do
  local connection = read('connection', connection_id)
  if connection then remove_connection(connection) end
end
if stored.reuseKey ~= cjson.null then redis.call('HDEL', K .. 'reuse-keys', stored.reuseKey) end
redis.call('ZREM', K .. 'integrations', id)
redis.call('DEL', key('integration', id))
return 1
`;

export function integrationStore(store: RedisStore): IntegrationStore {
  const { script, guarded, send, keys } = store;
  const insert = script(INSERT);
  const compareAndSwap = script(COMPARE_AND_SWAP);
  const remove = script(DELETE);
  const readPage = pageReader(store);
  return {
    insert: (record) =>
      guarded("integrations.insert", async () => {
        const { id, reuseKey } = record;
        const inserted = await insert(id, optional(reuseKey), JSON.stringify(record), String(SCHEMA));
        if (inserted === 1) return;
        throw conflict("integrations.insert", "The integration's id or reuse key is taken.");
      }),
    get: (id) =>
      guarded("integrations.get", async () => {
        const text = await send("GET", `${keys}integration:${id}`);
        return typeof text === "string" ? readIntegration(id, text) : null;
      }),
    list: (query) =>
      guarded("integrations.list", () =>
        readPage(query, {
          index: "integrations",
          kind: "integration",
          direction: "descending",
          read: readIntegration,
          matches: ({ app, authScheme, enabled }) =>
            passes(query.app, app) && passes(query.authScheme, authScheme) && passes(query.enabled, enabled),
        }),
      ),
    compareAndSwap: (record, expectedVersion) =>
      guarded("integrations.compareAndSwap", async () => {
        const { id, reuseKey } = record;
        const text = JSON.stringify(record);
        const swapped = await compareAndSwap(id, String(expectedVersion), optional(reuseKey), text);
        if (swapped === -1) throw conflict("integrations.compareAndSwap", "The reuse key is taken.");
        return swapped === 1;
      }),
    delete: (id) => guarded("integrations.delete", async () => (await remove(id)) === 1),
  };
}
