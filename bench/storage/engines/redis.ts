import { Redis } from "ioredis";
import type { ConnectionRecord, StorageAdapter } from "mooring";
import { redisStorage } from "mooring/storage/redis";
import type { Engine, Seed, Store } from "../engine.js";
import { nameOfRun } from "../engine.js";
import { appOf, EPOCH_MS, entityOf, expiryOf, idOf } from "../population.js";

const CONCURRENCY = 512;

/** A row as the SQL seeds make it. */
function recordOf(row: number, { rows, sample, integrations }: Seed, now: number): ConnectionRecord {
  const app = appOf(row, rows);
  return {
    id: idOf(row),
    entityId: entityOf(row, rows),
    integrationId: integrations.get(app) ?? "",
    app,
    authScheme: "OAUTH2",
    status: "ACTIVE",
    statusReason: null,
    alias: null,
    labels: [],
    isDefault: false,
    account: { id: "109876543210", email: "ada@example.com", label: "Ada Lovelace" },
    scopes: ["read", "write"],
    params: {},
    credentials: sample[0]?.credentials ?? null,
    expiresAt: expiryOf(row, now),
    attempt: { id: "0".repeat(36), status: "ACTIVE", reason: null, expiresAt: EPOCH_MS },
    version: 1,
    createdAt: EPOCH_MS + row,
    updatedAt: EPOCH_MS + row,
  };
}

async function infoOf(client: Redis, section: string, field: string): Promise<string> {
  const info = await client.info(section);
  return new RegExp(`^${field}:(.*)\\r$`, "m").exec(info)?.[1] ?? "unknown";
}

/** Redis, through ioredis; filled through the adapter itself, many inserts at a time. */
export async function redisEngine(url: string): Promise<Engine> {
  const server = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  await server.connect();
  return {
    name: "Redis",
    async describe() {
      const [, persistence] = await server.config("GET", "appendonly").then((found) => [found].flat());
      return `Redis ${await infoOf(server, "server", "redis_version")} (appendonly ${String(persistence)})`;
    },
    async createStore(rows) {
      const drop = (): Promise<void> => removeKeys(server, `{${nameOfRun(rows)}}:*`);
      return redisStore(url, nameOfRun(rows), drop);
    },
    close: async () => server.disconnect(),
  };
}

async function removeKeys(server: Redis, pattern: string): Promise<void> {
  let cursor = "0";
  do {
    const [next, keys] = await server.scan(cursor, "MATCH", pattern, "COUNT", 5_000);
    if (keys.length > 0) await server.unlink(...keys);
    cursor = next;
  } while (cursor !== "0");
}

async function redisStore(url: string, prefix: string, drop: () => Promise<void>): Promise<Store> {
  const client = new Redis(url);
  let commands = 0;
  const counted = {
    call(command: string, ...args: string[]): Promise<unknown> {
      commands += 1;
      return client.call(command, ...args);
    },
  };
  const usedMemory = async (): Promise<number> => Number(await infoOf(client, "memory", "used_memory"));
  let seeded = 0;
  return {
    storage: redisStorage(counted, { prefix }),
    statements: () => commands,
    async seed(seed) {
      const before = await usedMemory();
      const pipelined = new Redis(url, { enableAutoPipelining: true });
      await insertAll(redisStorage(pipelined, { prefix }), seed);
      pipelined.disconnect();
      seeded = (await usedMemory()) - before;
    },
    size: async () => ({ records: seeded, indexes: null }),
    close: async () => client.disconnect(),
    drop,
  };
}

async function insertAll({ connections }: StorageAdapter, seed: Seed): Promise<void> {
  const sealed = new Map(seed.sample.map(({ row, credentials }) => [row, credentials]));
  const now = Date.now();
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < seed.rows) {
      const row = next;
      next += 1;
      const record = recordOf(row, seed, now);
      await connections.insert({ ...record, credentials: sealed.get(row) ?? record.credentials });
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}
