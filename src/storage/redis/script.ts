import type { SendCommand } from "./client.js";
import type { Guard } from "./errors.js";

/** Names and helpers every script has. All keys have one hash tag, so that they lie on one node of a cluster. */
const PRELUDE = `
local K = ARGV[1]
local function key(kind, id) return K .. kind .. ':' .. id end
local function given(argument) return argument ~= '' and string.sub(argument, 2) or nil end
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function unreadable(kind, id) error('MOORING_UNREADABLE ' .. kind .. ' ' .. id) end
local function read(kind, id)
  local text = redis.call('GET', key(kind, id))
  if not text then return nil end
  local ok, record = pcall(cjson.decode, text)
  if not ok or type(record) ~= 'table' then unreadable(kind, id) end
  return record, text
end
local function record_events(first)
  for index = first, #ARGV, 3 do
    local id = ARGV[index]
    redis.call('ZADD', K .. 'events', 0, id)
    redis.call('HSET', K .. 'event-availability', id, ARGV[index + 1])
    redis.call('HSET', K .. 'event-records', id, ARGV[index + 2])
  end
end
local function remove_flow(id, connection_id)
  redis.call('DEL', key('flow', id))
  redis.call('ZREM', K .. 'flows', id)
  redis.call('SREM', key('connection-flows', connection_id), id)
end
local function alias_field(connection) return cjson.encode({ connection.app, connection.alias }) end
local function unindex(connection)
  redis.call('ZREM', key('integration-connections', connection.integrationId), connection.id)
  redis.call('ZREM', K .. 'expiring', connection.id)
  if connection.alias ~= cjson.null then
    redis.call('HDEL', key('aliases', connection.entityId), alias_field(connection))
  end
end
local function index(connection)
  redis.call('ZADD', key('integration-connections', connection.integrationId), 0, connection.id)
  if connection.status == 'ACTIVE' and connection.expiresAt ~= cjson.null then
    redis.call('ZADD', K .. 'expiring', connection.expiresAt, connection.id)
  end
  if connection.alias ~= cjson.null then
    redis.call('HSET', key('aliases', connection.entityId), alias_field(connection), connection.id)
  end
end
local function alias_is_taken(connection)
  if connection.alias == cjson.null then return false end
  local owner = redis.call('HGET', key('aliases', connection.entityId), alias_field(connection))
  return owner and owner ~= connection.id
end
local function remove_connection(connection)
  for _, id in ipairs(redis.call('SMEMBERS', key('connection-flows', connection.id))) do
    remove_flow(id, connection.id)
  end
  unindex(connection)
  redis.call('ZREM', K .. 'connections', connection.id)
  redis.call('ZREM', key('entity', connection.entityId), connection.id)
  redis.call('DEL', key('connection', connection.id))
end
`;

/** Runs a script with its arguments, which it finds from `ARGV[2]` on; in one atomic step. */
export type Script = (...args: readonly string[]) => Promise<unknown>;

/** What the stores of the adapter work with. */
export interface RedisStore {
  readonly send: SendCommand;
  readonly guarded: Guard;
  /** Put before every key. */
  readonly keys: string;
  /** Makes a script of a Lua body. */
  script(body: string): Script;
}

/** Makes the scripts of one client: each is loaded once, and again when the server has forgotten it. */
export function scriptMaker(send: SendCommand, keys: string): (body: string) => Script {
  return (body) => {
    const source = PRELUDE + body;
    let loaded: Promise<string> | undefined;
    const load = (): Promise<string> => {
      loaded = send("SCRIPT", "LOAD", source).then(String);
      // A load that failed is tried again by the next call.
      loaded.catch(() => {
        loaded = undefined;
      });
      return loaded;
    };
    return async (...args) => {
      const run = async (sha: string): Promise<unknown> =>
        send("EVALSHA", sha, "1", `${keys}schema`, keys, ...args);
      try {
        return await run(await (loaded ?? load()));
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
        return run(await load());
      }
    };
  };
}

/** An argument that may be null, as `given()` of the scripts reads it. */
export function optional(value: string | null): string {
  return value === null ? "" : `=${value}`;
}
