import * as fc from "fast-check";
import type { StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import { storageConformance } from "mooring/testing";
import { describe, expect, it } from "vitest";
import { rendezvous, shardedStorage } from "../../examples/sharded-storage.js";
import { acmeApp, CALLBACK_URL, CLIENT, setUp } from "../support/acme.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";

const NAMES = ["a", "b", "c"] as const;
type Name = (typeof NAMES)[number];
type Shards = Readonly<Record<Name, StorageAdapter>>;

const memoryShards = (): Shards => ({ a: memoryStorage(), b: memoryStorage(), c: memoryStorage() });
/** Entities called after their shard: `b-1` is in b. */
const byFirstLetter = (shards: Shards): StorageAdapter =>
  shardedStorage({ shards, home: "a", shardOf: (entityId) => entityId.slice(0, 1) });
const idOf = (number: number): string => `019b76da-a800-7000-8000-${String(number).padStart(12, "0")}`;

const down = async (): Promise<never> => {
  throw new StorageError("STORAGE_FAILED", "This database is away.", {
    adapter: "memory",
    operation: "flows.consume",
    retryable: true,
  });
};

/** A connection of each entity, and one integration. */
async function store(storage: StorageAdapter, entityIds: readonly string[]): Promise<void> {
  await storage.integrations.insert(INTEGRATION);
  for (const [index, entityId] of entityIds.entries()) {
    await storage.connections.insert({ ...CONNECTION, id: idOf(index + 10), entityId });
  }
}

/** The case that does not hold, see below. */
const TAKEN_IN_ANOTHER_SHARD = "connections: an id is taken once";

describe("shardedStorage", () => {
  describe("conforms", () => {
    const create = async () => ({
      storage: shardedStorage({ shards: memoryShards(), home: "a", shardOf: rendezvous(NAMES) }),
    });
    const cases = storageConformance(create);
    for (const { name, run } of cases.filter((each) => each.name !== TAKEN_IN_ANOTHER_SHARD)) it(name, run);
  });

  it("notices an id that is taken within a shard only; the entity tells two of one id apart", async () => {
    const storage = byFirstLetter(memoryShards());
    await store(storage, ["a-1"]);
    const again = { ...CONNECTION, id: idOf(10) };
    const sameShard = storage.connections.insert({ ...again, entityId: "a-2" });
    await expect(sameShard).rejects.toMatchObject({ code: "STORAGE_CONFLICT" });
    await storage.connections.insert({ ...again, entityId: "b-1" });
    const first = await storage.connections.scan({ limit: 1, cursor: null });
    const second = await storage.connections.scan({ limit: 1, cursor: first.nextCursor });
    expect([...first.items, ...second.items].map(({ entityId }) => entityId)).toEqual(["a-1", "b-1"]);
  });

  it("keeps what belongs to an entity in its shard, with a copy of the integration", async () => {
    const shards = memoryShards();
    const storage = byFirstLetter(shards);
    await store(storage, ["b-1"]);
    const key = { id: idOf(10), entityId: "b-1" };
    expect(await shards.b.connections.get(key)).toMatchObject({
      connection: { entityId: "b-1" },
      integration: INTEGRATION,
    });
    expect(await shards.a.connections.get(key)).toBeNull();
    expect(await shards.c.integrations.get(INTEGRATION.id)).toBeNull();
  });

  it("changes an integration wherever it is, and brings up to date a copy that missed a change", async () => {
    const shards = memoryShards();
    const storage = byFirstLetter(shards);
    await store(storage, ["b-1"]);
    expect(await storage.integrations.compareAndSwap({ ...INTEGRATION, enabled: false, version: 2 }, 1)).toBe(
      true,
    );
    expect(await shards.b.integrations.get(INTEGRATION.id)).toMatchObject({ enabled: false, version: 2 });
    await shards.a.integrations.compareAndSwap({ ...INTEGRATION, version: 3 }, 2);
    await storage.connections.insert({ ...CONNECTION, id: idOf(11), entityId: "b-2" });
    expect(await shards.b.integrations.get(INTEGRATION.id)).toMatchObject({ enabled: true, version: 3 });
  });

  it("deletes an integration with its connections in every shard", async () => {
    const shards = memoryShards();
    const storage = byFirstLetter(shards);
    await store(storage, ["a-1", "b-1", "c-1"]);
    expect(await storage.integrations.delete(INTEGRATION.id)).toBe(true);
    const page = await storage.connections.scan({ limit: 10, cursor: null });
    expect(page).toEqual({ items: [], nextCursor: null });
    expect(await shards.c.integrations.get(INTEGRATION.id)).toBeNull();
  });

  it("connects no one through an integration that is deleted while it is copied", async () => {
    const shards = memoryShards();
    await shards.a.integrations.insert(INTEGRATION);
    const b: StorageAdapter = {
      ...shards.b,
      integrations: {
        ...shards.b.integrations,
        async insert(record) {
          await shards.b.integrations.insert(record);
          await shards.a.integrations.delete(record.id);
        },
      },
    };
    const storage = byFirstLetter({ ...shards, b });
    const inserted = storage.connections.insert({ ...CONNECTION, entityId: "b-1" });
    await expect(inserted).rejects.toMatchObject({ code: "STORAGE_CONFLICT" });
    expect(await shards.b.integrations.get(INTEGRATION.id)).toBeNull();
  });

  it("finds a flow in whichever shard it is, even while another shard is away", async () => {
    const shards = memoryShards();
    const storage = byFirstLetter({
      ...shards,
      a: { ...shards.a, flows: { ...shards.a.flows, consume: down } },
    });
    await store(storage, ["c-1"]);
    await storage.flows.insert({ ...FLOW, entityId: "c-1", connectionId: idOf(10) });
    expect(await storage.flows.consume(FLOW.id)).toMatchObject({ id: FLOW.id, entityId: "c-1" });
  });

  it("does not take a flow for spent that may be in a shard which is away", async () => {
    const shards = memoryShards();
    const storage = byFirstLetter({
      ...shards,
      b: { ...shards.b, flows: { ...shards.b.flows, consume: down } },
    });
    await expect(storage.flows.consume(FLOW.id)).rejects.toMatchObject({ code: "STORAGE_FAILED" });
  });

  it("carries a toolset: flows start and are counted in the shard of their user", async () => {
    const shards = memoryShards();
    const { toolset } = setUp({ storage: byFirstLetter(shards), callbackUrl: CALLBACK_URL });
    await toolset.createIntegration({ app: acmeApp(), authScheme: "OAUTH2", authConfig: CLIENT });
    const entity = toolset.getEntity("b-1");
    const { redirectUrl } = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    expect(redirectUrl).toContain("/authorize?");
    const connectionParams = { api_key: "a-key" };
    await entity.initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams });
    expect(await entity.getConnections({ app: "acme" })).toHaveLength(2);
    const { items } = await shards.b.connections.list({ entityId: "b-1", limit: 10, cursor: null });
    expect(items).toHaveLength(2);
  });

  it("names a shard that is not there", () => {
    const storage = byFirstLetter(memoryShards());
    expect(() => storage.connections.get({ id: CONNECTION.id, entityId: "z-1" })).toThrow(
      new TypeError('There is no shard "z".'),
    );
  });
});

describe("its listings", () => {
  it("join all shards in order, whatever is where and however long the pages are", async () => {
    const entity = fc.constantFrom("a-1", "b-1", "c-1");
    await fc.assert(
      fc.asyncProperty(
        fc.array(entity, { maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        async (owners, limit) => {
          const storage = byFirstLetter(memoryShards());
          await storage.integrations.insert(INTEGRATION);
          const expiries = owners.map((_, index) => (index * 7) % 4);
          for (const [index, entityId] of owners.entries()) {
            const expiresAt = expiries[index] ?? 0;
            await storage.connections.insert({
              ...CONNECTION,
              alias: null,
              id: idOf(index),
              entityId,
              expiresAt,
            });
          }
          const all = async (
            read: (cursor: string | null) => ReturnType<StorageAdapter["connections"]["scan"]>,
          ) => {
            const ids: string[] = [];
            let cursor: string | null = null;
            do {
              const page = await read(cursor);
              ids.push(...page.items.map(({ id }) => id));
              expect(page.items.length).toBe(page.nextCursor === null ? page.items.length : limit);
              cursor = page.nextCursor;
            } while (cursor !== null);
            return ids;
          };
          const ascending = owners.map((_, index) => idOf(index));
          expect(await all((cursor) => storage.connections.scan({ limit, cursor }))).toEqual(ascending);
          const byExpiry = [...ascending.keys()].sort(
            (x, y) => (expiries[x] ?? 0) - (expiries[y] ?? 0) || x - y,
          );
          expect(await all((cursor) => storage.connections.expiring({ limit, cursor, before: 10 }))).toEqual(
            byExpiry.map(idOf),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it("have what comes later to a shard that had no more", async () => {
    const storage = byFirstLetter(memoryShards());
    await store(storage, ["a-1", "b-1", "b-2"]);
    const first = await storage.connections.scan({ limit: 2, cursor: null });
    await storage.connections.insert({ ...CONNECTION, id: idOf(20), entityId: "a-2" });
    const second = await storage.connections.scan({ limit: 2, cursor: first.nextCursor });
    expect(second.items.map(({ id }) => id)).toEqual([12, 20].map(idOf));
  });

  it("repeat and skip nothing while connections come and go", async () => {
    const storage = byFirstLetter(memoryShards());
    await store(storage, ["a-1", "b-1", "c-1", "a-2", "b-2", "c-2"]);
    const first = await storage.connections.scan({ limit: 2, cursor: null });
    await storage.connections.delete({ id: idOf(11), entityId: "b-1" });
    await storage.connections.delete({ id: idOf(13), entityId: "a-2" });
    await storage.connections.insert({ ...CONNECTION, id: idOf(16), entityId: "b-3" });
    const second = await storage.connections.scan({ limit: 10, cursor: first.nextCursor });
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual([10, 11, 12, 14, 15, 16].map(idOf));
    expect(second.nextCursor).toBeNull();
  });
});

describe("rendezvous", () => {
  const keys = Array.from({ length: 3_000 }, (_, index) => `user_${index}`);

  it("spreads entities evenly", () => {
    const shardOf = rendezvous(NAMES);
    const counts = NAMES.map((name) => keys.filter((key) => shardOf(key) === name).length);
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(100);
  });

  it("moves entities to a new shard only, and no more than its share", () => {
    const [before, after] = [rendezvous(NAMES), rendezvous([...NAMES, "d"])];
    const moved = keys.filter((key) => before(key) !== after(key));
    expect(new Set(moved.map(after))).toEqual(new Set(["d"]));
    expect(Math.abs(moved.length - 750)).toBeLessThan(100);
  });

  it("does not depend on the order of the names", () => {
    const [one, other] = [rendezvous(["a", "b", "c"]), rendezvous(["c", "a", "b"])];
    expect(keys.filter((key) => one(key) !== other(key))).toEqual([]);
  });
});
