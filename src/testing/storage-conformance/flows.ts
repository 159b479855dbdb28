import type { Checks } from "./assertions.js";
import { conflicts, equal } from "./assertions.js";
import { flow, NOW, storedConnection, storedFlow } from "./records.js";

export const flowChecks: Checks = {
  async "a flow is consumed once, with every field"(storage) {
    const record = await storedConnection(storage, { entityId: "Zoë 🚢" });
    const bound = await storedFlow(storage, record, {
      id: "q".repeat(43),
      payload: "x".repeat(20_000),
      bindingHash: "h".repeat(43),
      expiresAt: 253_402_300_799_999,
    });
    const unbound = await storedFlow(storage, record);
    equal(await storage.flows.consume(bound.id), bound, "the bound flow");
    equal(await storage.flows.consume(bound.id), null, "the bound flow again");
    equal(await storage.flows.consume(unbound.id), unbound, "the unbound flow");
    equal(await storage.flows.consume("unknown"), null, "an unknown flow");
  },

  async "ids are compared exactly"(storage) {
    const record = await storedConnection(storage);
    const upper = await storedFlow(storage, record, { id: "State-A" });
    const lower = await storedFlow(storage, record, { id: "state-a" });
    equal(await storage.flows.consume("STATE-A"), null, "an id in another case");
    equal(await storage.flows.consume("state-a"), lower, "the one");
    equal(await storage.flows.consume("State-A"), upper, "the other");
  },

  async "an id is taken once"(storage) {
    const record = await storedConnection(storage);
    const first = await storedFlow(storage, record);
    await conflicts(
      () => storage.flows.insert(flow(record, { id: first.id, payload: "second" })),
      "inserting the same id again",
    );
    equal(await storage.flows.consume(first.id), first, "the flow stored first");
  },

  async "of ten consumers at once, exactly one gets it"(storage) {
    const record = await storedConnection(storage);
    const stored = [];
    for (let count = 0; count < 20; count += 1) stored.push(await storedFlow(storage, record));
    const calls = stored.flatMap((each) => Array.from({ length: 10 }, () => each));
    const consumed = await Promise.all(calls.map(({ id }) => storage.flows.consume(id)));
    for (const each of stored) {
      const winners = consumed.filter((result) => result?.id === each.id);
      equal(winners, [each], "the flows consumers got");
    }
  },

  async "an expired flow is still consumed: the caller looks at its time"(storage) {
    const expired = await storedFlow(storage, await storedConnection(storage), { expiresAt: NOW - 1 });
    equal(await storage.flows.consume(expired.id), expired, "the flow");
  },

  async "deleteExpired removes what ends now or earlier, and counts it"(storage) {
    const record = await storedConnection(storage);
    const [past, present, future] = [
      await storedFlow(storage, record, { expiresAt: NOW - 1 }),
      await storedFlow(storage, record, { expiresAt: NOW }),
      await storedFlow(storage, record, { expiresAt: NOW + 1 }),
    ];
    equal(await storage.flows.deleteExpired(NOW - 2), 0, "the count before any ends");
    equal(await storage.flows.deleteExpired(NOW), 2, "the count now");
    equal(await storage.flows.deleteExpired(NOW), 0, "the count again");
    equal(await storage.flows.consume(past.id), null, "the past flow");
    equal(await storage.flows.consume(present.id), null, "the flow that ends now");
    equal(await storage.flows.consume(future.id), future, "the future flow");
  },
};
