import { expiringPage, expiringStart, pageOf, pageStart } from "../../ports/paging.js";
import type { ConnectionQuery, ConnectionRecord, ConnectionStore, Page } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { CONNECTION, CONNECTIONS, EVENTS, NAMES, READ, REMOVE_CONNECTION } from "./lua.js";
import { pageReader } from "./pages.js";
import { eventArguments, readConnection, readIntegration } from "./records.js";
import type { RedisStore } from "./redis-store.js";
import { textOf, textsOf } from "./reply.js";
import { connectionJson, escaped } from "./stored-json.js";

const INSERT = `${NAMES}${CONNECTIONS}${EVENTS}
local id, text = ARGV[1], ARGV[2]
local place = place_of(text)
if redis.call('EXISTS', key('connection', id)) == 1 then return 'conflict' end
if redis.call('EXISTS', key('integration', place.integration)) == 0 then return 'conflict' end
if alias_is_taken(id, place) then return 'conflict' end
redis.call('SET', key('connection', id), text)
redis.call('ZADD', K .. 'connections', 0, id)
redis.call('ZADD', key('entity', place.entity), 0, id)
move(id, {}, place)
record_events(3)
return 'done'
`;
// Each request reads its connection: this one looks for no more than it needs.
const GET = `${NAMES}${READ}${CONNECTION}
local id = ARGV[1]
local text = text_of('connection', id)
if not text then return false end
local _, integration, _, _, _, entity = string.match(text, CONNECTION)
if not entity then unreadable('connection', id) end
if bare(entity) ~= ARGV[2] then return false end
local integration_text = text_of('integration', bare(integration))
if not integration_text then return false end
return { text, integration_text }
`;
const COMPARE_AND_SWAP = `${NAMES}${READ}${CONNECTIONS}${EVENTS}
local id, text, expected = ARGV[1], ARGV[2], ARGV[3]
local stored = text_of('connection', id)
if not stored then return 'other' end
local from, to = place_of(stored), place_of(text)
if not from then unreadable('connection', id) end
if from.entity ~= to.entity or from.version ~= expected then return 'other' end
if redis.call('EXISTS', key('integration', to.integration)) == 0 then return 'conflict' end
if alias_is_taken(id, to) then return 'conflict' end
redis.call('SET', key('connection', id), text)
move(id, from, to)
record_events(4)
return 'done'
`;
const DELETE = `${NAMES}${READ}${CONNECTIONS}${EVENTS}${REMOVE_CONNECTION}
local id = ARGV[1]
local stored = text_of('connection', id)
if not stored then return 'other' end
local place = place_of(stored)
if not place then unreadable('connection', id) end
if place.entity ~= ARGV[2] then return 'other' end
remove_connection(id, place)
record_events(3)
return 'done'
`;
const CALLED = `${NAMES}${READ}
local id = redis.call('HGET', key('aliases', ARGV[1]), ARGV[2])
local text = id and text_of('connection', id)
if not text then return false end
return { id, text }
`;

export function connectionStore(store: RedisStore): ConnectionStore {
  const { script, guarded } = store;
  const insert = script(INSERT);
  const get = script(GET);
  const compareAndSwap = script(COMPARE_AND_SWAP);
  const remove = script(DELETE);
  const called = script(CALLED);
  const { readPage, readSome } = pageReader(store);

  /** An alias within an app is one connection at most: no walk through all of the entity's. */
  const listCalled = async (
    query: ConnectionQuery & { readonly app: string; readonly alias: string },
  ): Promise<Page<ConnectionRecord>> => {
    const start = pageStart(query);
    const field = JSON.stringify(query.app) + JSON.stringify(query.alias);
    const [id, text] = textsOf(await called(escaped(query.entityId), field)) ?? [];
    if (id === undefined || text === undefined) return pageOf([], query.limit);
    const record = readConnection(id, text);
    const isWanted =
      record.entityId === query.entityId &&
      record.app === query.app &&
      record.alias === query.alias &&
      (query.integrationId ?? record.integrationId) === record.integrationId &&
      (query.status ?? record.status) === record.status &&
      (start === null || record.id < start);
    return pageOf(isWanted ? [record] : [], query.limit);
  };

  return {
    insert: (record, events = []) =>
      guarded("connections.insert", async () => {
        const json = connectionJson(record);
        const inserted = await insert(escaped(record.id), json, ...eventArguments(events));
        if (textOf(inserted) === "conflict") {
          const message = "The connection's id or alias is taken, or its integration is gone.";
          throw conflict("connections.insert", message);
        }
      }),
    get: ({ id, entityId }) =>
      guarded("connections.get", async () => {
        const found = textsOf(await get(escaped(id), escaped(entityId)));
        if (found === null) return null;
        const [text = "", integrationText = ""] = found;
        const connection = readConnection(escaped(id), text);
        const integration = readIntegration(escaped(connection.integrationId), integrationText);
        return { connection, integration };
      }),
    list: (query) =>
      guarded("connections.list", () => {
        const { entityId, app, alias, integrationId, status } = query;
        if (app !== undefined && alias !== undefined) return listCalled({ ...query, app, alias });
        return readPage(query, {
          index: `entity:${escaped(entityId)}`,
          kind: "connection",
          order: "descending",
          filters: { entityId, app, alias, integrationId, status },
          read: readConnection,
        });
      }),
    compareAndSwap: (record, expectedVersion, events = []) =>
      guarded("connections.compareAndSwap", async () => {
        const swapped = await compareAndSwap(
          escaped(record.id),
          connectionJson(record),
          String(expectedVersion),
          ...eventArguments(events),
        );
        if (textOf(swapped) === "conflict") {
          throw conflict("connections.compareAndSwap", "The alias is taken, or the integration is gone.");
        }
        return textOf(swapped) === "done";
      }),
    delete: ({ id, entityId }, events = []) =>
      guarded("connections.delete", async () => {
        const removed = await remove(escaped(id), escaped(entityId), ...eventArguments(events));
        return textOf(removed) === "done";
      }),
    scan: (query) =>
      guarded("connections.scan", () => {
        const { app, entityId, integrationId } = query;
        const byIntegration =
          integrationId === undefined ? "connections" : `integration-connections:${escaped(integrationId)}`;
        return readPage(query, {
          index: entityId === undefined ? byIntegration : `entity:${escaped(entityId)}`,
          kind: "connection",
          order: "ascending",
          filters: { entityId, app, integrationId },
          read: readConnection,
        });
      }),
    expiring: (query) =>
      guarded("connections.expiring", async () => {
        const start = expiringStart(query);
        const found = await readSome(query.limit + 1, {
          index: "expiring",
          kind: "connection",
          order: "ascending",
          filters: {},
          from: start === null ? "-" : `(${sortable(start.expiresAt)} ${escaped(start.id)}`,
          // The character after the space that stands before the id.
          to: `(${sortable(query.before)}!`,
          read: readConnection,
        });
        return expiringPage(found, query.limit);
      }),
  };
}

/** As `sortable()` of the scripts, for any number. */
function sortable(number: number): string {
  const bias = 2 ** 52;
  const whole = Math.floor(Math.min(Math.max(number, -bias), Number.MAX_SAFE_INTEGER));
  return (whole + bias).toFixed(0).padStart(17, "0");
}
