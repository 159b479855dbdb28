import type { IntegrationStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { SCHEMA } from "./errors.js";
import { CONNECTIONS, INTEGRATIONS, NAMES, READ, REMOVE_CONNECTION } from "./lua.js";
import { pageReader } from "./pages.js";
import { readIntegration } from "./records.js";
import type { RedisStore } from "./redis-store.js";
import { textOf } from "./reply.js";
import { escaped, integrationJson } from "./stored-json.js";

const INSERT = `${NAMES}${INTEGRATIONS}
local id, text = ARGV[1], ARGV[2]
if redis.call('EXISTS', key('integration', id)) == 1 then return 'conflict' end
local _, reuse_key = parse_integration(text)
if reuse_key_is_taken(id, reuse_key) then return 'conflict' end
redis.call('SET', K .. 'schema', ARGV[3], 'NX')
redis.call('SET', key('integration', id), text)
redis.call('ZADD', K .. 'integrations', 0, id)
move_reuse_key(id, 'null', reuse_key)
return 'done'
`;
const GET = `${NAMES}${READ}
return text_of('integration', ARGV[1])
`;
const COMPARE_AND_SWAP = `${NAMES}${READ}${INTEGRATIONS}
local id, text, expected = ARGV[1], ARGV[2], ARGV[3]
local stored = text_of('integration', id)
if not stored then return 'other' end
local version, former_key = parse_integration(stored)
if not version then unreadable('integration', id) end
if version ~= expected then return 'other' end
local _, reuse_key = parse_integration(text)
if reuse_key_is_taken(id, reuse_key) then return 'conflict' end
redis.call('SET', key('integration', id), text)
move_reuse_key(id, former_key, reuse_key)
return 'done'
`;
// Records that are not what Mooring wrote have to go as well; index entries they leave behind are taken for none.
const DELETE = `${NAMES}${INTEGRATIONS}${CONNECTIONS}${REMOVE_CONNECTION}
local id = ARGV[1]
if redis.call('EXISTS', key('integration', id)) == 0 then return 'other' end
local function stored(kind, id)
  local text = redis.pcall('GET', key(kind, id))
  return type(text) == 'string' and text or ''
end
local members = key('integration-connections', id)
for _, connection_id in ipairs(redis.call('ZRANGE', members, 0, -1)) do
  local place = place_of(stored('connection', connection_id)) or {}
  place.integration = nil
  remove_connection(connection_id, place)
end
redis.call('UNLINK', members)
local _, reuse_key = parse_integration(stored('integration', id))
move_reuse_key(id, reuse_key or 'null', 'null')
redis.call('ZREM', K .. 'integrations', id)
redis.call('DEL', key('integration', id))
return 'done'
`;

export function integrationStore(store: RedisStore): IntegrationStore {
  const { script, guarded } = store;
  const insert = script(INSERT);
  const get = script(GET);
  const compareAndSwap = script(COMPARE_AND_SWAP);
  const remove = script(DELETE);
  const { readPage } = pageReader(store);
  return {
    insert: (record) =>
      guarded("integrations.insert", async () => {
        const inserted = await insert(escaped(record.id), integrationJson(record), String(SCHEMA));
        if (textOf(inserted) === "conflict") {
          throw conflict("integrations.insert", "The integration's id or reuse key is taken.");
        }
      }),
    get: (id) =>
      guarded("integrations.get", async () => {
        const found = await get(escaped(id));
        return found === null ? null : readIntegration(escaped(id), textOf(found));
      }),
    list: (query) =>
      guarded("integrations.list", () =>
        readPage(query, {
          index: "integrations",
          kind: "integration",
          order: "descending",
          filters: { app: query.app, authScheme: query.authScheme, enabled: query.enabled },
          read: readIntegration,
        }),
      ),
    compareAndSwap: (record, expectedVersion) =>
      guarded("integrations.compareAndSwap", async () => {
        const json = integrationJson(record);
        const swapped = textOf(await compareAndSwap(escaped(record.id), json, String(expectedVersion)));
        if (swapped === "conflict") {
          throw conflict("integrations.compareAndSwap", "The reuse key is taken.");
        }
        return swapped === "done";
      }),
    delete: (id) => guarded("integrations.delete", async () => textOf(await remove(escaped(id))) === "done"),
  };
}
