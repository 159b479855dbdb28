import type { EventRecord, StorageAdapter } from "mooring";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { redisStorage } from "../../../src/storage/redis.js";
import { CONNECTION, FLOW, INTEGRATION } from "../../support/records.js";
import type { OpenClient } from "../../support/redis-clients.js";
import { REDIS_CLIENTS } from "../../support/redis-clients.js";
import { describeOn, redisPrefix } from "../../support/servers.js";

const ROUNDS = 20;

describeOn("redis", "redisStorage in ten processes", (url) => {
  const clients: OpenClient[] = [];
  let stores: readonly StorageAdapter[] = [];
  let store: StorageAdapter;

  beforeAll(async () => {
    const libraries = Object.values(REDIS_CLIENTS);
    for (let index = 0; index < 10; index += 1) {
      const open = libraries[index % libraries.length];
      if (open !== undefined) clients.push(await open(url));
    }
  });
  afterAll(async () => {
    for (const { close } of clients) await close();
  });
  beforeEach(async () => {
    const { prefix, drop } = redisPrefix(url);
    stores = clients.map(({ client }) => redisStorage(client, { prefix }));
    const [first] = stores;
    if (first === undefined) throw new Error("There is no store.");
    store = first;
    await store.integrations.insert(INTEGRATION);
    await store.connections.insert(CONNECTION);
    return drop;
  });

  /** What one operation comes to in all of them at once: its results, and the codes of its errors. */
  const atOnce = (operation: (each: StorageAdapter, index: number) => Promise<unknown>): Promise<unknown[]> =>
    Promise.all(stores.map((each, index) => operation(each, index).catch(({ code }) => code)));
  const count = (outcomes: readonly unknown[], wanted: unknown): number =>
    outcomes.filter((outcome) => outcome === wanted).length;

  it("lets one of ten writers of a version write", async () => {
    for (let version = 1; version <= ROUNDS; version += 1) {
      const outcomes = await atOnce(({ connections }, index) =>
        connections.compareAndSwap({ ...CONNECTION, labels: [String(index)], version: version + 1 }, version),
      );
      expect(count(outcomes, true)).toBe(1);
      const stored = await store.connections.get(CONNECTION);
      expect(stored?.connection).toMatchObject({
        labels: [String(outcomes.indexOf(true))],
        version: version + 1,
      });
    }
  });

  it("gives a flow to one of ten callers", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await store.flows.insert(FLOW);
      const outcomes = await atOnce(({ flows }) => flows.consume(FLOW.id));
      expect(count(outcomes, null)).toBe(9);
    }
  });

  it("gives a lease to one of ten, when it is free and when it has lapsed", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const key = String(round);
      await store.leases.acquire({ key: `lapsed ${key}`, owner: "former", ttlMs: 0 });
      const free = await atOnce(({ leases }, index) =>
        leases.acquire({ key, owner: String(index), ttlMs: 60_000 }),
      );
      const lapsed = await atOnce(({ leases }, index) =>
        leases.acquire({ key: `lapsed ${key}`, owner: String(index), ttlMs: 60_000 }),
      );
      expect([count(free, "acquired"), count(free, "held")]).toEqual([1, 9]);
      expect([count(lapsed, "taken-over"), count(lapsed, "held")]).toEqual([1, 9]);
    }
  });

  it("gives an id, an alias and a reuse key to one of ten", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = (index: number) => `${round}-${index}`;
      const outcomes = [
        await atOnce(({ connections }) =>
          connections.insert({ ...CONNECTION, id: id(10), entityId: "ada", alias: null }),
        ),
        await atOnce(({ connections }, index) =>
          connections.insert({ ...CONNECTION, id: id(index), entityId: "bob", alias: id(0) }),
        ),
        await atOnce(({ integrations }, index) =>
          integrations.insert({ ...INTEGRATION, id: id(index), reuseKey: id(0) }),
        ),
      ];
      expect(outcomes.map((each) => count(each, "STORAGE_CONFLICT"))).toEqual([9, 9, 9]);
    }
  });

  it("hands each event to one of ten", async () => {
    const { connections } = store;
    const events = Array.from(
      { length: 200 },
      (_, index): EventRecord => ({
        id: `event-${String(index).padStart(3, "0")}`,
        type: "connection.refreshed",
        connectionId: CONNECTION.id,
        entityId: CONNECTION.entityId,
        integrationId: INTEGRATION.id,
        app: "github",
        authScheme: "OAUTH2",
        reason: null,
        occurredAt: 1,
        availableAt: 1,
      }),
    );
    await connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, events);
    const claimed = await Promise.all(
      stores.map(async ({ outbox }) => outbox?.claim({ now: 1, hideUntil: 2, limit: 15 })),
    );
    const ids = claimed.flatMap((each) => each ?? []).map(({ id }) => id);
    expect(ids.sort()).toEqual(events.slice(0, 150).map(({ id }) => id));
  });

  it("leaves nothing of an integration that is deleted while others connect", async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const entityId = `entity-${round}`;
      const integration = { ...INTEGRATION, id: `integration-${round}` };
      await store.integrations.insert(integration);
      await atOnce(({ connections, integrations }, index) =>
        index === 5
          ? integrations.delete(integration.id)
          : connections.insert({
              ...CONNECTION,
              id: `${round}-${index}`,
              alias: null,
              entityId,
              integrationId: integration.id,
            }),
      );
      expect((await store.connections.list({ entityId, limit: 20, cursor: null })).items).toEqual([]);
    }
  });
});
