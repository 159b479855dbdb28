import type { EventRecord } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";
import { lookThenWrite } from "./connections.js";
import { keepingFlows } from "./flows.js";

const ROUNDS =
  "writers: two writers of one row: one wins each round, no write is lost, and only what was written is recorded";

export const WRITER_FAULTS: Faults = {
  "a swap that lost says it won": [
    broken(({ connections }) => ({
      connections: {
        compareAndSwap: async (record, version, events) =>
          (await connections.compareAndSwap(record, version, events)) || true,
      },
    })),
    ROUNDS,
  ],
  "a swap that lost is recorded with the next that wins": [
    broken(({ connections }) => {
      let kept: readonly EventRecord[] = [];
      return {
        connections: {
          async compareAndSwap(record, version, events = []) {
            const won = await connections.compareAndSwap(record, version, [...events, ...kept]);
            kept = won ? [] : events;
            return won;
          },
        },
      };
    }),
    ROUNDS,
  ],
  "a swap looks, then writes": [
    broken(lookThenWrite),
    "writers: two writers of one version, twenty times: exactly one wins",
  ],
  "an insert brings its integration back": [
    broken(({ connections, integrations }) => ({
      connections: {
        async insert(record) {
          const parent = await integrations.get(record.integrationId);
          try {
            await connections.insert(record);
          } catch (error) {
            if (parent === null) throw error;
            await integrations.insert(parent).catch(() => {});
            await connections.insert(record);
          }
        },
      },
    })),
    "writers: an integration that is deleted while connections are inserted leaves none behind",
  ],
  "a flow does not look for its connection": [
    broken(keepingFlows),
    "writers: a connection that is deleted while flows are inserted leaves none behind",
  ],
};
