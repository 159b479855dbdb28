import type { Checks } from "./assertions.js";
import { conflicts, equal, trueCount } from "./assertions.js";
import { connection, integration, NOW, newId, storedConnection, storedIntegration } from "./records.js";

/** The last millisecond of the year 9999. */
const FAR = 253_402_300_799_999;

export const connectionChecks: Checks = {
  async "what was inserted is read back, every field, with its integration"(storage) {
    const parent = await storedIntegration(storage, { config: "sealed-config", reuseKey: "k" });
    const record = connection(parent, {
      status: "EXPIRED",
      statusReason: "The user’s grant was withdrawn.",
      alias: "work",
      labels: ["primary", "ünïcode 🚢", ""],
      isDefault: true,
      account: { id: "42", email: "ada@example.com", label: null },
      scopes: ["repo", "read:user"],
      params: { subdomain: "acme", "with \"quotes\" & 'more'": "\\n\n" },
      credentials: "x".repeat(40_000),
      expiresAt: FAR,
      attempt: { id: newId(), status: "FAILED", reason: "denied", expiresAt: NOW - 1 },
      version: 1_000_000,
      createdAt: 0,
      updatedAt: FAR,
    });
    await storage.connections.insert(record);
    equal(
      await storage.connections.get(record),
      { connection: record, integration: parent },
      "the connection and its integration",
    );
  },

  async "nulls and empty arrays stay what they are"(storage) {
    const record = await storedConnection(storage);
    equal((await storage.connections.get(record))?.connection, record, "the connection");
    const page = await storage.connections.list({ entityId: record.entityId, limit: 10, cursor: null });
    equal(page, { items: [record], nextCursor: null }, "the listing");
  },

  async "an unknown id is null"({ connections }) {
    equal(await connections.get({ id: newId(), entityId: "user_1" }), null, "get");
  },

  async "an id is taken once"(storage) {
    const record = await storedConnection(storage);
    await conflicts(
      () => storage.connections.insert({ ...record, entityId: "user_2" }),
      "inserting the same id again",
    );
    equal((await storage.connections.get(record))?.connection, record, "the connection stored first");
  },

  async "a connection needs its integration"({ connections }) {
    const orphan = connection(integration());
    await conflicts(() => connections.insert(orphan), "inserting below an integration that is not there");
    equal(await connections.get(orphan), null, "get");
  },

  async "an alias is unique within entity and app, compared exactly"(storage) {
    const parent = await storedIntegration(storage);
    const other = await storedIntegration(storage, { app: "slack" });
    await storedConnection(storage, { alias: "work" }, parent);
    await conflicts(
      () => storage.connections.insert(connection(parent, { alias: "work" })),
      "the same alias for the same entity and app",
    );
    await storedConnection(storage, { alias: "Work" }, parent);
    await storedConnection(storage, { alias: "wörk" }, parent);
    await storedConnection(storage, { alias: "work" }, other);
    await storedConnection(storage, { alias: "work", entityId: "user_2" }, parent);
    await storedConnection(storage, { alias: null }, parent);
    await storedConnection(storage, { alias: null }, parent);
  },

  async "a deleted connection frees its alias, and so does a swap"(storage) {
    const parent = await storedIntegration(storage);
    const first = await storedConnection(storage, { alias: "work" }, parent);
    await storage.connections.delete(first);
    const second = await storedConnection(storage, { alias: "work" }, parent);
    await storage.connections.compareAndSwap({ ...second, alias: "home", version: 2 }, 1);
    await storedConnection(storage, { alias: "work" }, parent);
  },

  async "compareAndSwap replaces the record of the expected version"(storage) {
    const record = await storedConnection(storage, { credentials: "old", alias: "work", labels: ["a"] });
    const next = {
      ...record,
      status: "REVOKED",
      statusReason: "revoked",
      credentials: null,
      labels: [],
      scopes: ["x"],
      alias: "work",
      attempt: {
        id: newId(),
        status: "INITIATED",
        reason: null,
        expiresAt: FAR,
        device: { payload: "x".repeat(5_000), intervalMs: 5_000, polls: 3 },
      },
      updatedAt: NOW + 1,
      version: 2,
    } as const;
    equal(await storage.connections.compareAndSwap(next, 1), true, "swapped");
    equal((await storage.connections.get(record))?.connection, next, "the record afterwards");
  },

  async "compareAndSwap on another version, or nothing, writes nothing"(storage) {
    const record = await storedConnection(storage, { version: 3 });
    const next = { ...record, credentials: "new", version: 4 };
    equal(await storage.connections.compareAndSwap(next, 2), false, "older version");
    equal(await storage.connections.compareAndSwap(next, 4), false, "newer version");
    equal((await storage.connections.get(record))?.connection, record, "the record afterwards");
    const missing = { ...record, id: newId() };
    equal(await storage.connections.compareAndSwap(missing, 3), false, "missing record");
    equal(await storage.connections.get(missing), null, "no record was made");
  },

  async "compareAndSwap to a taken alias is a conflict and writes nothing"(storage) {
    const parent = await storedIntegration(storage);
    await storedConnection(storage, { alias: "taken" }, parent);
    const record = await storedConnection(storage, { alias: "own" }, parent);
    await conflicts(
      () => storage.connections.compareAndSwap({ ...record, alias: "taken", version: 2 }, 1),
      "swapping to a taken alias",
    );
    equal((await storage.connections.get(record))?.connection, record, "the record afterwards");
  },

  async "of two writers on one version, exactly one wins"(storage) {
    const record = await storedConnection(storage);
    const writers = ["left", "right"].map((credentials) => ({ ...record, credentials, version: 2 }));
    const won = await Promise.all(writers.map((next) => storage.connections.compareAndSwap(next, 1)));
    trueCount(won, 1, "writers that won");
    const stored = await storage.connections.get(record);
    equal(stored?.connection, writers[won.indexOf(true)], "the winner's record");
  },

  async "ten writers that retry lose no write"(storage) {
    const record = await storedConnection(storage);
    const write = async (label: string): Promise<void> => {
      for (let attempt = 0; attempt < 1000; attempt += 1) {
        const current = (await storage.connections.get(record))?.connection ?? record;
        const next = { ...current, labels: [...current.labels, label], version: current.version + 1 };
        if (await storage.connections.compareAndSwap(next, current.version)) return;
      }
      throw new Error(`${label} did not get through in 1,000 attempts.`);
    };
    const labels = Array.from({ length: 10 }, (_, index) => `writer-${index}`);
    await Promise.all(labels.map(write));
    const stored = await storage.connections.get(record);
    equal([...(stored?.connection.labels ?? [])].sort(), labels, "one label of each writer");
    equal(stored?.connection.version, 11, "the version");
  },

  async "changing an object given or returned changes no record"(storage) {
    const parent = await storedIntegration(storage);
    const record = connection(parent, { labels: ["a"], params: { subdomain: "acme" } });
    const expected = { connection: structuredClone(record), integration: structuredClone(parent) };
    const spoil = ({ labels, params }: typeof record): void => {
      // `Reflect.set` answers false on a frozen object, where an assignment would throw.
      Reflect.set(labels, 0, "spoilt");
      Reflect.set(params, "subdomain", "spoilt");
    };
    await storage.connections.insert(record);
    spoil(record);
    Reflect.set(record, "entityId", "user_2");
    const key = { id: record.id, entityId: "user_1" };
    equal(await storage.connections.get(key), expected, "after changing the object inserted");
    const read = await storage.connections.get(key);
    if (read !== null) {
      spoil(read.connection);
      Reflect.set(read.connection, "status", "FAILED");
      Reflect.set(read.integration, "name", "spoilt");
    }
    const page = await storage.connections.list({ entityId: "user_1", limit: 1, cursor: null });
    page.items.forEach(spoil);
    equal(await storage.connections.get(key), expected, "after changing the objects read");
  },
};
