import { ConfigurationError } from "../errors.js";
import type { LeaseStore, StorageAdapter } from "../ports/storage.js";
import type { RedisClient } from "./redis/client.js";
import { commandsOf } from "./redis/client.js";
import { connectionStore } from "./redis/connections.js";
import { createGuard } from "./redis/errors.js";
import { flowStore } from "./redis/flows.js";
import { integrationStore } from "./redis/integrations.js";
import { leaseStore } from "./redis/leases.js";
import { outboxStore } from "./redis/outbox.js";
import type { RedisStore } from "./redis/redis-store.js";
import { scriptMaker } from "./redis/script.js";

export type {
  IoRedisClient,
  NodeRedisClient,
  NodeRedisCluster,
  NodeRedisSentinel,
  RedisClient,
} from "./redis/client.js";

/** What the Redis adapters take beside the client. */
export interface RedisStorageOptions {
  /**
   * All keys begin with this in braces, `{mooring}:`, so that they lie on one node of a cluster. Letters, digits, `.`,
   * `_`, `:` and `-`. Default: `mooring`.
   */
  readonly prefix?: string | undefined;
}

/**
 * Storage in the app's own Redis, through the app's own client: ioredis (`new Redis()`, `new Cluster()`), or node-redis
 * (`createClient()`, `createClientPool()`, `createCluster()`, `createSentinel()` of `redis`). The client stays the app's:
 * it is neither connected nor closed here. Tested on Redis 7.0; uses no command that 6.2 lacks.
 *
 * Guarantees: each write is one Lua script, so it happens as a whole or not at all, and two never mix: a compare-and-swap
 * looks at id, entity and version and writes; a flow is consumed by one caller; deleting removes what belongs to the
 * record; events are recorded with the write that makes them. Reading a connection is one round trip. Leases are timed by
 * the server's clock. All keys have the hash tag `{prefix}`: in a cluster they lie on one node.
 *
 * What Redis itself does not guarantee: **a write that was answered can be lost.** Without persistence a restart loses
 * all; with `appendonly yes` and `appendfsync everysec` up to a second; with `appendfsync always` nothing, on one server.
 * A failover to a replica loses what was not replicated. For a token that was refreshed in that moment the provider has
 * spent the old one, so that the connection ends as EXPIRED and its user has to connect again; a lease that is lost lets
 * two processes refresh at once. Where this is not good enough, keep rows in SQL and only leases in Redis:
 * {@link redisLeases}. No key has an expiry, so `maxmemory-policy noeviction` or a `volatile-` policy keeps them all; an
 * `allkeys-` policy removes connections.
 *
 * A connection takes about 2 kB with its indexes. Deleting an integration with its connections holds up the server for
 * about 20 ms for each 1,000 of them.
 *
 * Every operation throws StorageError: `STORAGE_CONFLICT`, `STORAGE_ACCESS_DENIED`, `STORAGE_SCHEMA_NEWER`, or
 * `STORAGE_FAILED`, which is retryable when the connection broke or the server is not ready. The client's message is not
 * passed on, as it can hold values.
 *
 * @throws ConfigurationError when it is no client, or the prefix is none
 * @example
 * ```ts
 * const toolset = new MooringToolSet({
 *   storage: redisStorage(new Redis(process.env.REDIS_URL)),
 *   encryption: { keys },
 *   apps: [github],
 * });
 * ```
 */
export function redisStorage(client: RedisClient, options: RedisStorageOptions = {}): StorageAdapter {
  const store = storeOf(client, options);
  return {
    name: "redis",
    persistent: true,
    isTransaction: false,
    integrations: integrationStore(store),
    connections: connectionStore(store),
    flows: flowStore(store),
    leases: leaseStore(store),
    outbox: outboxStore(store),
  };
}

/**
 * Leases in Redis, for rows that are in SQL: less work for the database where many processes refresh at once. Rows are as
 * safe as the database keeps them. A lease that Redis loses, as in a failover, lets two processes refresh at once, of
 * which a provider that rotates refresh tokens may serve but one. While Redis is away, nothing is refreshed: a
 * call whose token still works goes on with it, any other waits for 15 seconds and fails with a retryable
 * `STORAGE_FAILED`, 22 seconds after it began at the latest.
 *
 * @throws ConfigurationError when it is no client, or the prefix is none
 * @example
 * ```ts
 * const storage = { ...kyselyStorage(db), leases: redisLeases(redis) };
 * ```
 */
export function redisLeases(client: RedisClient, options: RedisStorageOptions = {}): LeaseStore {
  return leaseStore(storeOf(client, options));
}

function storeOf(client: RedisClient, { prefix = "mooring" }: RedisStorageOptions): RedisStore {
  if (typeof prefix !== "string" || !/^[\w.:-]{1,64}$/.test(prefix)) {
    throw new ConfigurationError("CONFIG_INVALID", "`prefix` is not one for the keys of Redis.", {
      issues: [{ path: "prefix", message: "expected 1 to 64 letters, digits, `.`, `_`, `:` or `-`" }],
    });
  }
  const script = scriptMaker(commandsOf(client), `{${prefix}}:`);
  return { script, guarded: createGuard(script) };
}
