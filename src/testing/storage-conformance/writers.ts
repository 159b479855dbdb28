import type { Checks } from "./assertions.js";
import { doneOrConflict, equal, trueCount } from "./assertions.js";
import { connection, event, flow, idsOf, NOW, storedConnection, storedIntegration } from "./records.js";

const ROUNDS = 100;
const WRITERS = ["left", "right"] as const;

export const writerChecks: Checks = {
  async "two writers of one row: one wins each round, no write is lost, and only what was written is recorded"(
    storage,
  ) {
    const { connections, outbox } = storage;
    const first = await storedConnection(storage);
    const wins = { left: 0, right: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const outcomes = await Promise.all(
        WRITERS.map(async (writer) => {
          const current = (await connections.get(first))?.connection ?? first;
          const next = {
            ...current,
            params: { ...current.params, [writer]: String(wins[writer] + 1) },
            version: current.version + 1,
          };
          const won = await connections.compareAndSwap(next, current.version, [event(first)]);
          if (won) wins[writer] += 1;
          return won;
        }),
      );
      // Both, where one had written before the other read.
      equal(outcomes.includes(true), true, `whether anyone won round ${round}`);
    }
    const total = wins.left + wins.right;
    const last = (await connections.get(first))?.connection;
    equal(last?.version, 1 + total, "the version, which counts the wins");
    const counts = WRITERS.filter((writer) => wins[writer] > 0).map((writer) => [
      writer,
      String(wins[writer]),
    ]);
    equal(last?.params, Object.fromEntries(counts), "each writer's last write");
    const told = await outbox?.claim({ now: NOW, hideUntil: NOW + 1, limit: 4 * ROUNDS });
    if (told !== undefined) equal(told.length, total, "events recorded, of which each win has one");
  },

  async "two writers of one version, twenty times: exactly one wins"(storage) {
    const { connections } = storage;
    let current = await storedConnection(storage);
    for (let round = 0; round < 20; round += 1) {
      const nexts = WRITERS.map((writer) => ({
        ...current,
        credentials: `${writer} ${round}`,
        version: current.version + 1,
      }));
      const won = await Promise.all(nexts.map((next) => connections.compareAndSwap(next, current.version)));
      trueCount(won, 1, `writers that won round ${round}`);
      current = nexts[won.indexOf(true)] ?? current;
      equal((await connections.get(current))?.connection, current, "the winner's record");
    }
  },

  async "an integration that is deleted while connections are inserted leaves none behind"(storage) {
    const { connections, integrations } = storage;
    for (let round = 0; round < 5; round += 1) {
      const parent = await storedIntegration(storage);
      const records = Array.from({ length: 20 }, (_, index) =>
        connection(parent, { alias: `${round} ${index}` }),
      );
      const inserts = records.map((record) => () => connections.insert(record));
      const deleted = await Promise.all([
        ...inserts.slice(0, 10).map((run) => doneOrConflict(run, "an insert meanwhile")),
        integrations.delete(parent.id),
        ...inserts.slice(10).map((run) => doneOrConflict(run, "an insert meanwhile")),
      ]);
      equal(deleted[10], true, "delete");
      const page = { limit: 100, cursor: null };
      equal(idsOf((await connections.scan({ integrationId: parent.id, ...page })).items), [], "those left");
      equal(idsOf((await connections.list({ entityId: "user_1", ...page })).items), [], "the entity's");
      for (const record of records) equal(await connections.get(record), null, "a connection");
    }
  },

  async "a connection that is deleted while flows are inserted leaves none behind"(storage) {
    const parent = await storedIntegration(storage);
    for (let round = 0; round < 5; round += 1) {
      const record = await storedConnection(storage, {}, parent);
      const records = Array.from({ length: 10 }, () => flow(record));
      const inserts = records.map((each) => () => storage.flows.insert(each));
      await Promise.all([
        ...inserts.slice(0, 5).map((run) => doneOrConflict(run, "an insert meanwhile")),
        storage.connections.delete(record),
        ...inserts.slice(5).map((run) => doneOrConflict(run, "an insert meanwhile")),
      ]);
      for (const { id } of records) equal(await storage.flows.consume(id), null, "a flow");
    }
  },
};
