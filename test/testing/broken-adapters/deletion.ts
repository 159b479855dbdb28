import type { Faults } from "./broken.js";
import { broken } from "./broken.js";
import { keepingFlows } from "./flows.js";

export const DELETION_FAULTS: Faults = {
  "deleting a connection leaves its flows": [
    broken(keepingFlows),
    "deletion: a connection goes with its flows, and only with its own",
  ],
  "deleting an integration leaves its connections": [
    broken(({ integrations }) => ({
      integrations: {
        async delete(id) {
          const stored = await integrations.get(id);
          return stored !== null;
        },
      },
    })),
    "deletion: an integration goes with its connections, of every entity, and their flows",
  ],
  "a flow may be stored below nothing": [broken(keepingFlows), "deletion: a flow needs its connection"],
  "a write brings a deleted connection back": [
    broken(({ connections }) => ({
      connections: {
        async compareAndSwap(record, version) {
          if (await connections.compareAndSwap(record, version)) return true;
          if ((await connections.get(record)) !== null) return false;
          await connections.insert(record);
          return true;
        },
      },
    })),
    "deletion: a deleted connection is not brought back by a late write",
  ],
  "deleting what was there a moment ago was a deletion": [
    broken(({ connections }) => ({
      connections: {
        async delete(key) {
          const stored = await connections.get(key);
          await connections.delete(key);
          return stored !== null;
        },
      },
    })),
    "deletion: of ten deletes at once, one removed it",
  ],
};
