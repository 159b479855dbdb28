import type { Checks } from "./assertions.js";
import { conflicts, equal } from "./assertions.js";
import { flow, idsOf, storedConnection, storedFlow, storedIntegration } from "./records.js";

export const deletionChecks: Checks = {
  async "a connection goes with its flows, and only with its own"(storage) {
    const parent = await storedIntegration(storage);
    const [gone, kept] = [
      await storedConnection(storage, {}, parent),
      await storedConnection(storage, {}, parent),
    ];
    const flows = [await storedFlow(storage, gone), await storedFlow(storage, gone)];
    const other = await storedFlow(storage, kept);
    equal(await storage.connections.delete(gone), true, "first delete");
    equal(await storage.connections.delete(gone), false, "second delete");
    equal(await storage.connections.get(gone), null, "the connection");
    for (const { id } of flows) equal(await storage.flows.consume(id), null, "its flow");
    equal((await storage.connections.get(kept))?.connection, kept, "the other connection");
    equal(await storage.flows.consume(other.id), other, "the other connection's flow");
  },

  async "an integration goes with its connections, of every entity, and their flows"(storage) {
    const [gone, kept] = [await storedIntegration(storage), await storedIntegration(storage)];
    const mine = await storedConnection(storage, { alias: "work" }, gone);
    const theirs = await storedConnection(storage, { entityId: "user_2" }, gone);
    const other = await storedConnection(storage, {}, kept);
    const [flowOfMine, flowOfOther] = [await storedFlow(storage, mine), await storedFlow(storage, other)];
    equal(await storage.integrations.delete(gone.id), true, "delete");
    equal(await storage.connections.get(mine), null, "a connection");
    equal(await storage.connections.get(theirs), null, "another entity's connection");
    equal(await storage.flows.consume(flowOfMine.id), null, "a flow");
    const page = await storage.connections.list({ entityId: "user_1", limit: 10, cursor: null });
    equal(idsOf(page.items), [other.id], "the connections left");
    equal(await storage.flows.consume(flowOfOther.id), flowOfOther, "the flow left");
    await storedConnection(storage, { alias: "work" }, kept);
  },

  async "a flow needs its connection"(storage) {
    const record = await storedConnection(storage);
    await storage.connections.delete(record);
    const late = flow(record);
    await conflicts(() => storage.flows.insert(late), "a flow of a deleted connection");
    equal(await storage.flows.consume(late.id), null, "the flow");
  },

  async "a deleted connection is not brought back by a late write"(storage) {
    const record = await storedConnection(storage);
    const [deleted] = await Promise.all([
      storage.connections.delete(record),
      storage.connections.compareAndSwap({ ...record, credentials: "late", version: 2 }, 1),
    ]);
    equal(deleted, true, "delete");
    equal(await storage.connections.get(record), null, "the connection");
  },

  async "of ten deletes at once, one removed it"(storage) {
    const record = await storedConnection(storage);
    const deleted = await Promise.all(Array.from({ length: 10 }, () => storage.connections.delete(record)));
    equal(deleted.filter(Boolean).length, 1, "deletes that said true");
  },

  async "nothing is left of what was deleted, consumed or replaced"(storage, dump) {
    const parent = await storedIntegration(storage, { config: "marked-config" });
    const record = await storedConnection(storage, { credentials: "marked-old" }, parent);
    const consumed = await storedFlow(storage, record, { payload: "marked-consumed" });
    await storedFlow(storage, record, { payload: "marked-pending" });
    await storage.flows.consume(consumed.id);
    await storage.connections.compareAndSwap({ ...record, credentials: "marked-new", version: 2 }, 1);
    const before = await dump?.();
    if (before !== undefined) {
      equal(before.includes("marked-new"), true, "the dump shows what is stored");
      equal(before.includes("marked-old"), false, "the dump shows replaced credentials");
      equal(before.includes("marked-consumed"), false, "the dump shows a consumed flow");
    }
    equal(await storage.integrations.delete(parent.id), true, "delete");
    equal((await dump?.())?.includes("marked-") ?? false, false, "the dump shows deleted records");
  },
};
