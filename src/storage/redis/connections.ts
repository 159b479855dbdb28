import { expiringPage, expiringStart, pageOf, pageStart } from "../../ports/paging.js";
import type { ConnectionQuery, ConnectionRecord, ConnectionStore, Page } from "../../ports/storage.js";
import { conflict } from "./flows.js";
import { pairsOf } from "./outbox.js";
import { pageReader, passes } from "./pages.js";
import { eventArguments, readConnection, readIntegration } from "./records.js";
import type { RedisStore } from "./script.js";

const INSERT = `
local text = ARGV[2]
local connection = cjson.decode(text)
if redis.call('EXISTS', key('connection', connection.id)) == 1 then return 0 end
if redis.call('EXISTS', key('integration', connection.integrationId)) == 0 then return 0 end
if alias_is_taken(connection) then return 0 end
redis.call('SET', key('connection', connection.id), text)
redis.call('ZADD', K .. 'connections', 0, connection.id)
redis.call('ZADD', key('entity', connection.entityId), 0, connection.id)
index(connection)
record_events(3)
return 1
`;
const GET = `
local connection, text = read('connection', ARGV[2])
if not connection or connection.entityId ~= ARGV[3] then return false end
local integration = redis.call('GET', key('integration', connection.integrationId))
if not integration then return false end
return { text, connection.integrationId, integration }
`;
const COMPARE_AND_SWAP = `
local text, expected = ARGV[2], tonumber(ARGV[3])
local connection = cjson.decode(text)
local stored = read('connection', connection.id)
if not stored or stored.entityId ~= connection.entityId or stored.version ~= expected then return 0 end
if redis.call('EXISTS', key('integration', connection.integrationId)) == 0 then return -1 end
if alias_is_taken(connection) then return -1 end
unindex(stored)
redis.call('SET', key('connection', connection.id), text)
index(connection)
record_events(4)
return 1
`;
const DELETE = `
local stored = read('connection', ARGV[2])
if not stored or stored.entityId ~= ARGV[3] then return 0 end
remove_connection(stored)
record_events(4)
return 1
`;
const CALLED = `
local id = redis.call('HGET', key('aliases', ARGV[2]), cjson.encode({ ARGV[3], ARGV[4] }))
if not id then return false end
return { id, redis.call('GET', key('connection', id)) }
`;
const EXPIRING = `
local before, from, after, count = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local found, offset = {}, 0
while true do
  local some = redis.call('ZRANGEBYSCORE', K .. 'expiring', from, before, 'WITHSCORES', 'LIMIT', offset, 500)
  for position = 1, #some, 2 do
    local id = some[position]
    if after == '' or some[position + 1] ~= from or id > after then
      found[#found + 1] = id
      found[#found + 1] = redis.call('GET', key('connection', id))
      if #found == 2 * count then return found end
    end
  end
  if #some < 1000 then return found end
  offset = offset + 500
end
`;

export function connectionStore(store: RedisStore): ConnectionStore {
  const { script, guarded } = store;
  const insert = script(INSERT);
  const get = script(GET);
  const compareAndSwap = script(COMPARE_AND_SWAP);
  const remove = script(DELETE);
  const called = script(CALLED);
  const expiring = script(EXPIRING);
  const readPage = pageReader(store);

  const matches = (query: ConnectionQuery, record: ConnectionRecord): boolean =>
    passes(query.app, record.app) &&
    passes(query.integrationId, record.integrationId) &&
    passes(query.status, record.status) &&
    passes(query.alias, record.alias);

  /** An alias within an app is one connection at most: no walk through all of the entity's. */
  const listCalled = async (
    query: ConnectionQuery & { readonly app: string; readonly alias: string },
  ): Promise<Page<ConnectionRecord>> => {
    const start = pageStart(query);
    const found = pairsOf(await called(query.entityId, query.app, query.alias))
      .map(([id, text]) => readConnection(id, text))
      .filter((record) => matches(query, record) && (start === null || record.id < start));
    return pageOf(found, query.limit);
  };

  return {
    insert: (record, events = []) =>
      guarded("connections.insert", async () => {
        if ((await insert(JSON.stringify(record), ...eventArguments(events))) === 1) return;
        throw conflict(
          "connections.insert",
          "The connection's id or alias is taken, or its integration is gone.",
        );
      }),
    get: ({ id, entityId }) =>
      guarded("connections.get", async () => {
        const found = await get(id, entityId);
        if (!Array.isArray(found)) return null;
        const [connection, integrationId, integration] = found.map(String);
        return {
          connection: readConnection(id, connection ?? ""),
          integration: readIntegration(integrationId ?? "", integration ?? ""),
        };
      }),
    list: (query) =>
      guarded("connections.list", () => {
        const { app, alias } = query;
        if (app !== undefined && alias !== undefined) return listCalled({ ...query, app, alias });
        return readPage(query, {
          index: `entity:${query.entityId}`,
          kind: "connection",
          direction: "descending",
          read: readConnection,
          matches: (record) => matches(query, record),
        });
      }),
    compareAndSwap: (record, expectedVersion, events = []) =>
      guarded("connections.compareAndSwap", async () => {
        const text = JSON.stringify(record);
        const swapped = await compareAndSwap(text, String(expectedVersion), ...eventArguments(events));
        if (swapped === -1) {
          throw conflict("connections.compareAndSwap", "The alias is taken, or the integration is gone.");
        }
        return swapped === 1;
      }),
    delete: ({ id, entityId }, events = []) =>
      guarded(
        "connections.delete",
        async () => (await remove(id, entityId, ...eventArguments(events))) === 1,
      ),
    scan: (query) =>
      guarded("connections.scan", () => {
        const { app, entityId, integrationId } = query;
        const byIntegration =
          integrationId === undefined ? "connections" : `integration-connections:${integrationId}`;
        return readPage(query, {
          index: entityId === undefined ? byIntegration : `entity:${entityId}`,
          kind: "connection",
          direction: "ascending",
          read: readConnection,
          matches: (record) => passes(app, record.app) && passes(integrationId, record.integrationId),
        });
      }),
    expiring: (query) =>
      guarded("connections.expiring", async () => {
        const start = expiringStart(query);
        const from = start === null ? "-inf" : String(start.expiresAt);
        const count = String(query.limit + 1);
        const found = pairsOf(await expiring(String(query.before), from, start?.id ?? "", count));
        return expiringPage(
          found.map(([id, text]) => readConnection(id, text)),
          query.limit,
        );
      }),
  };
}
