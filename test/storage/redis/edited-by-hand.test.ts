import { Redis } from "ioredis";
import type { EventRecord, StorageAdapter } from "mooring";
import { StorageError } from "mooring";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { redisStorage } from "../../../src/storage/redis.js";
import { CONNECTION, FLOW, INTEGRATION } from "../../support/records.js";
import { describeOn, redisPrefix } from "../../support/servers.js";

const LISTED = { entityId: CONNECTION.entityId, limit: 5, cursor: null };

describeOn("redis", "redisStorage, where values were edited by hand,", (url) => {
  let client: Redis;
  let storage: StorageAdapter;
  let key: (kind: string, id: string) => string;
  let eventsKey: string;

  beforeAll(() => {
    client = new Redis(url);
  });
  afterAll(() => client.disconnect());
  beforeEach(async () => {
    const { prefix, drop } = redisPrefix(url);
    storage = redisStorage(client, { prefix });
    key = (kind, id) => `{${prefix}}:${kind}:${id}`;
    eventsKey = `{${prefix}}:events`;
    await storage.integrations.insert({ ...INTEGRATION, reuseKey: "shared" });
    await storage.connections.insert(CONNECTION);
    await storage.flows.insert(FLOW);
    return drop;
  });

  const damages: Readonly<Record<string, (stored: string) => string>> = {
    "is no JSON": () => "{",
    "is other JSON": () => "[]",
    "was laid out anew": (stored) => JSON.stringify(JSON.parse(stored), null, 2),
    "has another value in a field": (stored) => stored.replace('"ACTIVE"', '"secret-value"'),
    "lacks a field": (stored) => stored.replace('"isDefault":true,', ""),
    "was copied from another": (stored) => stored.replaceAll(CONNECTION.id, FLOW.id),
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`names the connection that ${what}, and no value`, async () => {
      const name = key("connection", CONNECTION.id);
      await client.set(name, damage((await client.get(name)) ?? ""));
      const reads = [
        storage.connections.get(CONNECTION),
        storage.connections.list(LISTED),
        storage.connections.list({ ...LISTED, status: "EXPIRED" }),
        storage.connections.list({ ...LISTED, app: "github", alias: "work" }),
        storage.connections.scan(LISTED),
      ];
      for (const { reason } of (await Promise.allSettled(reads)).flatMap((each) =>
        each.status === "rejected" ? [each] : [],
      )) {
        expect(reason).toBeInstanceOf(StorageError);
        expect(reason).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
        expect(String(reason)).toContain(`connection ${CONNECTION.id}`);
        expect(String(reason)).not.toContain("secret-value");
      }
      await expect(reads[0]).rejects.toBeInstanceOf(StorageError);
      await expect(reads[1]).rejects.toBeInstanceOf(StorageError);
    });
  }

  it("names a connection that holds another type, to readers and writers", async () => {
    await client.del(key("connection", CONNECTION.id));
    await client.sadd(key("connection", CONNECTION.id), "secret-value");
    const { connections } = storage;
    for (const operation of [
      () => connections.get(CONNECTION),
      () => connections.list(LISTED),
      () => connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1),
      () => connections.delete(CONNECTION),
    ]) {
      const error = await operation().catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
      expect(String(error)).toContain(`connection ${CONNECTION.id}`);
    }
  });

  it("names an integration, where its connection is read and where it is written", async () => {
    await client.set(key("integration", INTEGRATION.id), "{}");
    const { connections, integrations } = storage;
    for (const operation of [
      () => connections.get(CONNECTION),
      () => integrations.get(INTEGRATION.id),
      () => integrations.list(LISTED),
      () => integrations.compareAndSwap({ ...INTEGRATION, version: 2 }, 1),
    ]) {
      const error = await operation().catch((caught: unknown) => caught);
      expect(String(error)).toContain(`integration ${INTEGRATION.id}`);
    }
  });

  it("says that the prefix is used by others when an index is no index", async () => {
    await client.set(key("entity", CONNECTION.entityId), "another program's");
    await expect(storage.connections.list(LISTED)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      cause: { code: "WRONGTYPE" },
    });
  });

  it("takes a record that was deleted for gone, and gives away its names", async () => {
    await client.del(key("connection", CONNECTION.id));
    const { connections, integrations } = storage;
    expect(await connections.get(CONNECTION)).toBeNull();
    expect((await connections.list(LISTED)).items).toEqual([]);
    expect((await connections.scan(LISTED)).items).toEqual([]);
    expect((await connections.expiring({ ...LISTED, before: Infinity })).items).toEqual([]);
    const again = { ...CONNECTION, id: FLOW.id };
    await connections.insert(again);
    expect((await connections.list({ ...LISTED, app: "github", alias: "work" })).items).toEqual([again]);
    await client.del(key("integration", INTEGRATION.id));
    expect(await connections.get(again)).toBeNull();
    await integrations.insert({ ...INTEGRATION, id: FLOW.id, reuseKey: "shared" });
    expect((await integrations.list(LISTED)).items).toHaveLength(1);
  });

  it("deletes an integration with connections that cannot be read, whose names are free again", async () => {
    await client.set(key("connection", CONNECTION.id), "{");
    await client.set(key("integration", INTEGRATION.id), "{");
    expect(await storage.integrations.delete(INTEGRATION.id)).toBe(true);
    expect(await storage.flows.consume(FLOW.id)).toBeNull();
    expect((await storage.connections.list(LISTED)).items).toEqual([]);
    await storage.integrations.insert({ ...INTEGRATION, reuseKey: "shared" });
    await storage.connections.insert(CONNECTION);
    expect((await storage.connections.list(LISTED)).items).toEqual([CONNECTION]);
  });

  it("names a flow that is none, and sweeps it with the others", async () => {
    await storage.flows.insert({ ...FLOW, id: "other" });
    await client.set(key("flow", FLOW.id), "{");
    const error = await storage.flows.consume(FLOW.id).catch((caught: unknown) => caught);
    expect(String(error)).toContain(`flow ${FLOW.id}`);
    expect(await storage.flows.deleteExpired(FLOW.expiresAt)).toBe(2);
    expect(await storage.flows.consume(FLOW.id)).toBeNull();
  });

  it("hands out the events beside one that is none, and names that when it is all there is", async () => {
    const { app, authScheme, entityId, integrationId } = CONNECTION;
    const about = { connectionId: CONNECTION.id, entityId, integrationId, app, authScheme, reason: null };
    const events = ["event-1", "event-2"].map((id): EventRecord => {
      return { id, type: "connection.active", ...about, occurredAt: 1, availableAt: 1 };
    });
    await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, events);
    await client.hset(eventsKey, "event-1", "{}");
    const claim = async (now: number) => storage.outbox?.claim({ now, hideUntil: now + 1, limit: 5 });
    expect((await claim(1))?.map(({ id }) => id)).toEqual(["event-2"]);
    await storage.outbox?.acknowledge(["event-2"]);
    await expect(claim(2)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("event event-1"),
    });
  });
});
