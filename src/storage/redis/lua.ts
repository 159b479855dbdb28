/*
 * Pieces of the scripts. A record is stored as JSON that begins with the fields scripts need, in a fixed order, so that
 * they find them without decoding the rest; `stored-json.ts` writes it. Ids and entities stand in keys as in JSON, without
 * the quotes.
 */

/** All keys have one hash tag, so that they lie on one node of a cluster; the client may put a prefix of its own before it. */
export const NAMES = `
local K = string.sub(KEYS[1], 1, -7)
local function key(kind, id) return K .. kind .. ':' .. id end
local function bare(token) return string.sub(token, 2, -2) end
`;

/** Milliseconds since the epoch by the server's clock. */
export const CLOCK = `
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
`;

export const READ = `
local function unreadable(kind, id) error('MOORING_UNREADABLE ' .. kind .. ' ' .. id, 0) end
local function text_of(kind, id)
  local text = redis.pcall('GET', key(kind, id))
  if type(text) ~= 'table' then return text end
  if string.find(text.err, 'WRONGTYPE', 1, true) then unreadable(kind, id) end
  error(text.err, 0)
end
`;

export const INTEGRATIONS = `
local function parse_integration(text)
  return string.match(text, '^{"version":(%d+),"reuseKey":(.-),"id":"')
end
local function reuse_key_is_taken(id, reuse_key)
  if reuse_key == 'null' then return false end
  local owner = redis.call('HGET', K .. 'reuse-keys', reuse_key)
  return owner and owner ~= id and redis.call('EXISTS', key('integration', owner)) == 1
end
local function move_reuse_key(id, from, to)
  if from == to then return end
  if from ~= 'null' then redis.call('HDEL', K .. 'reuse-keys', from) end
  if to ~= 'null' then redis.call('HSET', K .. 'reuse-keys', to, id) end
end
`;

export const FLOWS = `
local function connection_of_flow(text)
  local token = string.match(text, '^{"connectionId":(.-),"id":"')
  return token and bare(token)
end
local function remove_flow(id, connection_id)
  redis.call('DEL', key('flow', id))
  redis.call('ZREM', K .. 'flows', id)
  if connection_id then redis.call('SREM', key('connection-flows', connection_id), id) end
end
`;

/** Digits that sort as the number does, from -(2^52) on: as `sortable()` of `pages.ts`. */
const SORTABLE = `
local function sortable(number) return string.format('%017.0f', number + 4503599627370496) end
`;

/** How a connection begins. */
export const CONNECTION = `
local CONNECTION = '^{"version":(%d+),"integrationId":(.-),"status":(.-),"app":(.-),"expiresAt":(.-),' ..
  '"entityId":(.-),"alias":(.-),"id":"'
`;

/** A connection's place in the indexes, and how it moves from one to another; an empty table is none. */
export const CONNECTIONS = `${SORTABLE}${CONNECTION}
local function place_of(text)
  local version, integration, status, app, ends, entity, alias = string.match(text, CONNECTION)
  if not version then return nil end
  local expires = status == '"ACTIVE"' and tonumber(ends)
  return {
    version = version,
    entity = bare(entity),
    integration = bare(integration),
    expires = expires and sortable(expires) or nil,
    alias = alias ~= 'null' and app .. alias or nil
  }
end
local function move(id, from, to)
  if from.integration ~= to.integration then
    if from.integration then redis.call('ZREM', key('integration-connections', from.integration), id) end
    if to.integration then redis.call('ZADD', key('integration-connections', to.integration), 0, id) end
  end
  if from.expires ~= to.expires then
    if from.expires then redis.call('ZREM', K .. 'expiring', from.expires .. ' ' .. id) end
    if to.expires then redis.call('ZADD', K .. 'expiring', 0, to.expires .. ' ' .. id) end
  end
  if from.alias ~= to.alias then
    if from.alias then redis.call('HDEL', key('aliases', from.entity), from.alias) end
    if to.alias then redis.call('HSET', key('aliases', to.entity), to.alias, id) end
  end
end
local function alias_is_taken(id, place)
  if not place.alias then return false end
  local owner = redis.call('HGET', key('aliases', place.entity), place.alias)
  return owner and owner ~= id and redis.call('EXISTS', key('connection', owner)) == 1
end
`;

export const REMOVE_CONNECTION = `${FLOWS}
local function remove_connection(id, place)
  for _, flow_id in ipairs(redis.call('SMEMBERS', key('connection-flows', id))) do remove_flow(flow_id, id) end
  move(id, place, {})
  redis.call('ZREM', K .. 'connections', id)
  if place.entity then redis.call('ZREM', key('entity', place.entity), id) end
  redis.call('DEL', key('connection', id))
end
`;

/** Events come as id, availability and record, from an argument on. */
export const EVENTS = `
local function hide_event(id, until_when)
  redis.call('HSET', K .. 'event-availability', id, until_when)
  redis.call('ZREM', K .. 'events-available', id)
  redis.call('ZADD', K .. 'events-hidden', until_when, id)
end
local function record_events(first)
  for index = first, #ARGV, 3 do
    hide_event(ARGV[index], ARGV[index + 1])
    redis.call('HSET', K .. 'events', ARGV[index], ARGV[index + 2])
  end
end
`;
