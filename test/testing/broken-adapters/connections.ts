import type { ConnectionRecord, StorageAdapter } from "../../../src/ports/storage.js";
import type { Faults, SoundStorage } from "./broken.js";
import { broken, conflict } from "./broken.js";

export const CONNECTION_FAULTS: Faults = {
  "an attempt is not kept": [
    broken(({ connections }) => ({
      connections: { insert: (record) => connections.insert({ ...record, attempt: null }) },
    })),
    "connections: what was inserted is read back, every field, with its integration",
  ],
  "nulls become empty text": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) => connections.insert({ ...record, statusReason: record.statusReason ?? "" }),
      },
    })),
    "connections: nulls and empty arrays stay what they are",
  ],
  "a connection that is not there is an error": [
    broken(({ connections }) => ({
      connections: {
        get: async (key) => (await connections.get(key)) ?? Promise.reject(new Error("no rows")),
      },
    })),
    "connections: an unknown id is null",
  ],
  "a conflict is a plain Error": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) =>
          connections.insert(record).catch(() => Promise.reject(new Error("duplicate key"))),
      },
    })),
    "connections: an id is taken once",
  ],
  "a connection without its integration is dropped without a word": [
    broken(({ integrations, connections }) => ({
      connections: {
        async insert(record) {
          if ((await integrations.get(record.integrationId)) !== null) await connections.insert(record);
        },
      },
    })),
    "connections: a connection needs its integration",
  ],
  "an alias may be taken twice": [
    broken(({ connections }) => ({
      connections: { insert: (record) => connections.insert({ ...record, alias: null }) },
    })),
    "connections: an alias is unique within entity and app, compared exactly",
  ],
  "an alias is unique across entities": [
    broken(({ connections }) => {
      const idOfAlias = new Map<string | null, string>();
      return {
        connections: {
          async insert(record) {
            await connections.insert({ ...record, id: idOfAlias.get(record.alias) ?? record.id });
            if (record.alias !== null) idOfAlias.set(record.alias, record.id);
          },
        },
      };
    }),
    "connections: an alias is unique within entity and app, compared exactly",
  ],
  "an alias stays taken": [
    broken(({ connections }) => {
      const taken = new Set<string>();
      return {
        connections: {
          async insert(record) {
            if (record.alias !== null && taken.has(record.alias)) throw conflict();
            if (record.alias !== null) taken.add(record.alias);
            await connections.insert(record);
          },
        },
      };
    }),
    "connections: a deleted connection frees its alias, and so does a swap",
  ],
  "a swap leaves a connection its labels": [
    swapping(({ labels }, next) => ({ ...next, labels })),
    "connections: compareAndSwap replaces the record of the expected version",
  ],
  "compareAndSwap ignores the version": [
    broken(({ connections }) => ({
      connections: {
        async compareAndSwap(record) {
          const stored = await connections.get(record);
          return stored !== null && connections.compareAndSwap(record, stored.connection.version);
        },
      },
    })),
    "connections: compareAndSwap on another version, or nothing, writes nothing",
  ],
  "a swap to a taken alias is a swap that lost": [
    broken(({ connections }) => ({
      connections: {
        compareAndSwap: (record, version) => connections.compareAndSwap(record, version).catch(() => false),
      },
    })),
    "connections: compareAndSwap to a taken alias is a conflict and writes nothing",
  ],
  "compareAndSwap looks at the version, then writes": [
    broken(lookThenWrite),
    "connections: of two writers on one version, exactly one wins",
  ],
  "who has lost three times wins": [
    broken(({ connections }) => {
      let lost = 0;
      return {
        connections: {
          async compareAndSwap(record, version) {
            if (await connections.compareAndSwap(record, version)) return true;
            lost += 1;
            const stored = lost % 3 === 0 ? await connections.get(record) : null;
            return stored !== null && connections.compareAndSwap(record, stored.connection.version);
          },
        },
      };
    }),
    "connections: ten writers that retry lose no write",
  ],
  "records handed out are the stored ones, and can be changed": [
    broken((sound) => {
      const live = new Map<string, Awaited<ReturnType<StorageAdapter["connections"]["get"]>>>();
      return {
        connections: {
          async get(key) {
            const found = live.get(key.id) ?? structuredClone(await sound.connections.get(key));
            live.set(key.id, found);
            return found;
          },
        },
      };
    }),
    "connections: changing an object given or returned changes no record",
  ],
};

/** A swap that writes something else than it was given. */
function swapping(
  change: (stored: ConnectionRecord, next: ConnectionRecord) => ConnectionRecord,
): () => StorageAdapter {
  return broken(({ connections }) => ({
    connections: {
      async compareAndSwap(record, version) {
        const stored = (await connections.get(record))?.connection ?? record;
        return connections.compareAndSwap(change(stored, record), version);
      },
    },
  }));
}

/** Two statements where there has to be one. */
export function lookThenWrite({ connections }: SoundStorage): {
  readonly connections: Partial<StorageAdapter["connections"]>;
} {
  return {
    connections: {
      async compareAndSwap(record, version) {
        if ((await connections.get(record))?.connection.version !== version) return false;
        await connections.delete(record);
        await connections.insert(record);
        return true;
      },
    },
  };
}
