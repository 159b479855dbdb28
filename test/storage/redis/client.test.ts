import { Cluster, Redis } from "ioredis";
import { memoryStorage } from "mooring";
import { createClient, createClientPool, createCluster, createSentinel, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RedisClient } from "../../../src/storage/redis.js";
import { redisStorage } from "../../../src/storage/redis.js";
import { INTEGRATION } from "../../support/records.js";
import { describeOn, redisPrefix } from "../../support/servers.js";
import type { OwnServer } from "./own-server.js";
import { describeWithOwnServers, startCluster, startSentinel, startServer } from "./own-server.js";
import { story } from "./story.js";

/** What the app made, and how it closes it. */
interface Opened {
  readonly client: RedisClient;
  close(): unknown;
}

const closing = (client: RedisClient & { disconnect(): void }): Opened => ({
  client,
  close: () => client.disconnect(),
});
const destroying = (client: RedisClient & { destroy(): unknown }): Opened => ({
  client,
  close: () => client.destroy(),
});

/** @param prefix of the keys; whatever the client does to answers, a store must not notice */
async function expectTheStory({ client, close }: Opened, prefix: string): Promise<void> {
  try {
    expect(await story(redisStorage(client, { prefix }))).toEqual(await story(memoryStorage()));
  } finally {
    await close();
  }
}

/** Two of these lie on one node of a cluster, two on the other. */
const PREFIXES = ["mooring", "mooring:2", "mooring:3", "mooring:4"];

describeOn("redis", "redisStorage takes", (url) => {
  const clients: Readonly<Record<string, () => Promise<Opened>>> = {
    "a client of ioredis": async () => closing(new Redis(url)),
    "one with a keyPrefix": async () => closing(new Redis(url, { keyPrefix: "host:" })),
    "one that answers with texts for numbers": async () => closing(new Redis(url, { stringNumbers: true })),
    "one that pipelines by itself": async () => closing(new Redis(url, { enableAutoPipelining: true })),
    "one that speaks RESP3": async () => closing(new Redis(url, { protocol: 3 })),
    "a client of node-redis": async () => destroying(await createClient({ url }).connect()),
    "one that speaks RESP2": async () => destroying(await createClient({ url, RESP: 2 }).connect()),
    "one that answers with bytes": async () => {
      const client = await createClient({ url }).connect();
      const mapped = client.withTypeMapping({
        [RESP_TYPES.BLOB_STRING]: Buffer,
        [RESP_TYPES.NUMBER]: String,
      });
      return { client: mapped, close: () => client.destroy() };
    },
    "a pool of node-redis": async () => {
      const pool = createClientPool({ url });
      await pool.connect();
      return destroying(pool);
    },
  };
  it.each(Object.entries(clients))("%s", async (_name, open) => {
    const { prefix, drop } = redisPrefix(url);
    await expectTheStory(await open(), prefix).finally(drop);
  });

  it("puts the keyPrefix of ioredis before all keys", async () => {
    const { prefix, drop } = redisPrefix(url);
    const [client, plain] = [new Redis(url, { keyPrefix: "host:" }), new Redis(url)];
    const { integrations } = redisStorage(client, { prefix });
    try {
      await integrations.insert(INTEGRATION);
      const keys = await plain.keys(`*${prefix}*`);
      expect(keys.length).toBeGreaterThan(2);
      expect(keys.filter((key) => !key.startsWith(`host:{${prefix}}:`))).toEqual([]);
    } finally {
      client.disconnect();
      plain.disconnect();
      await drop();
    }
  });
});

describeWithOwnServers("redisStorage takes", () => {
  describe("of a cluster", () => {
    let nodes: readonly OwnServer[] = [];
    beforeAll(async () => {
      nodes = await startCluster();
    }, 30_000);
    afterAll(() => {
      for (const node of nodes) node.stop();
    });
    const addresses = () => nodes.map(({ port }) => ({ host: "127.0.0.1", port }));

    describe.each(PREFIXES)("with the prefix %s", (prefix) => {
      it.each<readonly [string, () => Cluster]>([
        ["", () => new Cluster(addresses())],
        [" that reads from replicas", () => new Cluster(addresses(), { scaleReads: "all" })],
        [" that pipelines by itself", () => new Cluster(addresses(), { enableAutoPipelining: true })],
        [" with a keyPrefix", () => new Cluster(addresses(), { keyPrefix: "host:" })],
      ])("a client of ioredis%s", (_name, open) => expectTheStory(closing(open()), prefix));

      it("a client of node-redis", async () => {
        const client = createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) });
        await client.connect();
        await expectTheStory(destroying(client), prefix);
      });
    });

    it("whichever node the prefix lies on", async () => {
      // The schema's key of each prefix is what stays.
      const sizes = await Promise.all(nodes.map(({ run }) => run("DBSIZE")));
      expect(sizes.filter((size) => Number(size) > 1)).toHaveLength(2);
    });
  });

  describe("of sentinels", () => {
    let server: OwnServer | undefined;
    let sentinel: OwnServer | undefined;
    beforeAll(async () => {
      server = await startServer();
      sentinel = await startSentinel(server);
    }, 30_000);
    afterAll(() => {
      sentinel?.stop();
      server?.stop();
    });
    const sentinels = () => [{ host: "127.0.0.1", port: sentinel?.port ?? 0 }];

    it("a client of ioredis", async () => {
      await expectTheStory(closing(new Redis({ name: "primary", sentinels: sentinels() })), "a");
    });

    it("a client of node-redis", async () => {
      const client = createSentinel({ name: "primary", sentinelRootNodes: sentinels() });
      await client.connect();
      await expectTheStory(destroying(client), "b");
    });
  });
});
