import type { FlowRecord, StorageAdapter } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

/** When the cases happen. */
const NOW = Date.UTC(2026, 0, 1);

export const FLOW_FAULTS: Faults = {
  "times are kept in seconds of 32 bits": [
    broken(({ flows }) => ({
      flows: { insert: (record) => flows.insert({ ...record, expiresAt: record.expiresAt % 2 ** 31 }) },
    })),
    "flows: a flow is consumed once, with every field",
  ],
  "ids of flows are compared without case": [
    broken(({ flows }) => {
      const idsOf = new Map<string, string>();
      return {
        flows: {
          async insert(record) {
            await flows.insert(record);
            idsOf.set(record.id.toLowerCase(), record.id);
          },
          consume: (id) => flows.consume(idsOf.get(id.toLowerCase()) ?? id),
        },
      };
    }),
    "flows: ids are compared exactly",
  ],
  "inserting replaces the flow with that id": [
    broken(({ flows }) => ({
      flows: {
        async insert(record) {
          await flows.consume(record.id);
          await flows.insert(record);
        },
      },
    })),
    "flows: an id is taken once",
  ],
  "a flow is read, then deleted": [
    broken(keepingFlows),
    "flows: of ten consumers at once, exactly one gets it",
  ],
  "a flow that has ended is not handed out": [
    broken(({ flows }) => ({
      flows: {
        async consume(id) {
          const flow = await flows.consume(id);
          return flow !== null && flow.expiresAt < NOW ? null : flow;
        },
      },
    })),
    "flows: an expired flow is still consumed: the caller looks at its time",
  ],
  "a flow that ends now is left": [
    broken(({ flows }) => ({ flows: { deleteExpired: (now) => flows.deleteExpired(now - 1) } })),
    "flows: deleteExpired removes what ends now or earlier, and counts it",
  ],
};

/** Flows that survive their connection, and are consumed by everyone who asks in time. */
export function keepingFlows(): { readonly flows: Partial<StorageAdapter["flows"]> } {
  const flows = new Map<string, FlowRecord>();
  return {
    flows: {
      async insert(record) {
        flows.set(record.id, record);
      },
      async consume(id) {
        const flow = flows.get(id) ?? null;
        await Promise.resolve();
        flows.delete(id);
        return flow;
      },
    },
  };
}
