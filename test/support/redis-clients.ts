import { Redis } from "ioredis";
import { createClient } from "redis";
import type { RedisClient } from "../../src/storage/redis.js";

/** A connected client of one of the two libraries. */
export interface OpenClient {
  readonly client: RedisClient;
  close(): Promise<void>;
}

/** The clients people use, by name. */
export const REDIS_CLIENTS: Readonly<Record<string, (url: string) => Promise<OpenClient>>> = {
  async ioredis(url) {
    const client = new Redis(url, { maxRetriesPerRequest: 1 });
    client.on("error", () => {});
    return { client, close: async () => client.disconnect() };
  },
  async "node-redis"(url) {
    const client = createClient({ url });
    client.on("error", () => {});
    await client.connect();
    return { client, close: async () => client.destroy() };
  },
};

/** All keys below a prefix with what they hold, as text. */
export async function dumpRedis(url: string, prefix: string): Promise<string> {
  const client = new Redis(url);
  try {
    const parts: unknown[] = [];
    for (const key of (await client.keys(`*${prefix}*`)).sort()) {
      const type = await client.type(key);
      if (type === "string") parts.push([key, await client.get(key)]);
      if (type === "hash") parts.push([key, await client.hgetall(key)]);
      if (type === "set") parts.push([key, (await client.smembers(key)).sort()]);
      if (type === "zset") parts.push([key, await client.call("ZRANGE", key, "0", "-1", "WITHSCORES")]);
    }
    return JSON.stringify(parts);
  } finally {
    client.disconnect();
  }
}
