import type { Checks } from "./assertions.js";
import { equal } from "./assertions.js";
import { idsOf, storedConnection, storedIntegration } from "./records.js";

/** Ids that a case-insensitive, accent-insensitive, padded or unescaped comparison would take for one another. */
const LOOK_ALIKES = [
  "user",
  "User",
  "user ",
  " user",
  "üser",
  "u\u0308ser",
  "usér",
  "ｕser",
  "use%",
  "use_",
  "user'--",
  'user"',
  "user\\",
  "user:1",
  "0",
  "null",
  "__proto__",
  "constructor",
  "🔑",
  "🗝",
  "漢".repeat(512),
  `${"漢".repeat(511)}字`,
];

export const entityChecks: Checks = {
  async "another entity's connection does not exist"(storage) {
    const record = await storedConnection(storage, { entityId: "user_1", credentials: "sealed" });
    const foreign = { ...record, entityId: "user_2" };
    equal(await storage.connections.get(foreign), null, "get");
    equal(await storage.connections.compareAndSwap({ ...foreign, version: 2 }, 1), false, "compareAndSwap");
    equal(await storage.connections.delete(foreign), false, "delete");
    const page = await storage.connections.list({ entityId: "user_2", limit: 10, cursor: null });
    equal(page, { items: [], nextCursor: null }, "list");
    equal((await storage.connections.get(record))?.connection, record, "the owner's connection afterwards");
  },

  async "a foreign delete leaves the flows of the connection"(storage) {
    const record = await storedConnection(storage);
    const flow = { id: "flow-1", entityId: record.entityId, connectionId: record.id, attemptId: record.id };
    const stored = { ...flow, payload: "sealed", bindingHash: null, createdAt: 1, expiresAt: 2 };
    await storage.flows.insert(stored);
    await storage.connections.delete({ id: record.id, entityId: "user_2" });
    equal(await storage.flows.consume("flow-1"), stored, "the flow");
  },

  async "a cursor of one entity shows nothing of another"(storage) {
    const parent = await storedIntegration(storage);
    for (let count = 0; count < 3; count += 1) await storedConnection(storage, {}, parent);
    const { nextCursor } = await storage.connections.list({ entityId: "user_1", limit: 1, cursor: null });
    const page = await storage.connections.list({ entityId: "user_2", limit: 10, cursor: nextCursor });
    equal(page, { items: [], nextCursor: null }, "the other entity's page");
  },

  async "entity ids are compared exactly, up to 512 characters"(storage) {
    const parent = await storedIntegration(storage);
    const owned = [];
    for (const entityId of LOOK_ALIKES) {
      owned.push(await storedConnection(storage, { entityId, alias: "work" }, parent));
    }
    for (const record of owned) {
      const { items } = await storage.connections.list({
        entityId: record.entityId,
        limit: 100,
        cursor: null,
      });
      equal(idsOf(items), [record.id], `the connections of ${JSON.stringify(record.entityId.slice(0, 20))}`);
      equal(items[0]?.entityId, record.entityId, "the entity id as stored");
    }
    const [first] = owned;
    for (const entityId of LOOK_ALIKES.slice(1)) {
      const key = { id: first?.id ?? "", entityId };
      equal(await storage.connections.get(key), null, `get as ${JSON.stringify(entityId.slice(0, 20))}`);
    }
  },
};
