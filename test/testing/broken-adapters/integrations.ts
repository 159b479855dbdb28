import type { Faults } from "./broken.js";
import { broken, conflict } from "./broken.js";

export const INTEGRATION_FAULTS: Faults = {
  "an integration's flags are not kept": [
    broken(({ integrations }) => ({
      integrations: { insert: (record) => integrations.insert({ ...record, useManagedAuth: false }) },
    })),
    "integrations: what was inserted is read back, every field",
  ],
  "an integration that is not there is an error": [
    broken(({ integrations }) => ({
      integrations: {
        get: async (id) => (await integrations.get(id)) ?? Promise.reject(new Error("no rows")),
      },
    })),
    "integrations: an unknown id is null",
  ],
  "inserting replaces the integration with that id": [
    broken(({ integrations }) => ({
      integrations: {
        async insert(record) {
          await integrations.delete(record.id);
          await integrations.insert(record);
        },
      },
    })),
    "integrations: an id is taken once",
  ],
  "reuse keys are compared without case": [
    broken(({ integrations }) => ({
      integrations: {
        insert: (record) =>
          integrations.insert({ ...record, reuseKey: record.reuseKey?.toLowerCase() ?? null }),
      },
    })),
    "integrations: a reuse key is taken once, compared exactly; null is no key",
  ],
  "no key is a reuse key": [
    broken(({ integrations }) => ({
      integrations: {
        insert: (record) => integrations.insert({ ...record, reuseKey: record.reuseKey ?? "" }),
      },
    })),
    "integrations: a reuse key is taken once, compared exactly; null is no key",
  ],
  "a reuse key is looked for, then taken": [
    broken(({ integrations }) => {
      const taken = new Set<string>();
      return {
        integrations: {
          async insert(record) {
            if (record.reuseKey !== null && taken.has(record.reuseKey)) throw conflict();
            await Promise.resolve();
            if (record.reuseKey !== null) taken.add(record.reuseKey);
            await integrations.insert({ ...record, reuseKey: null });
          },
        },
      };
    }),
    "integrations: of ten inserts of one reuse key at once, one succeeds",
  ],
  "a reuse key stays taken": [
    broken(({ integrations }) => {
      const taken = new Set<string>();
      return {
        integrations: {
          async insert(record) {
            if (record.reuseKey !== null && taken.has(record.reuseKey)) throw conflict();
            if (record.reuseKey !== null) taken.add(record.reuseKey);
            await integrations.insert(record);
          },
        },
      };
    }),
    "integrations: a deleted integration frees its reuse key",
  ],
  "a swap leaves an integration its name": [
    broken(({ integrations }) => ({
      integrations: {
        async compareAndSwap(record, version) {
          const { name = "" } = (await integrations.get(record.id)) ?? {};
          return integrations.compareAndSwap({ ...record, name }, version);
        },
      },
    })),
    "integrations: compareAndSwap replaces the record of the expected version",
  ],
  "compareAndSwap of an integration ignores the version": [
    broken(({ integrations }) => ({
      integrations: {
        async compareAndSwap(record) {
          const stored = await integrations.get(record.id);
          return stored !== null && integrations.compareAndSwap(record, stored.version);
        },
      },
    })),
    "integrations: compareAndSwap on another version, or nothing, writes nothing",
  ],
  "a swap to a taken reuse key is a swap that lost": [
    broken(({ integrations }) => ({
      integrations: {
        compareAndSwap: (record, version) => integrations.compareAndSwap(record, version).catch(() => false),
      },
    })),
    "integrations: compareAndSwap to a taken reuse key is a conflict and writes nothing",
  ],
  "a reuse key cannot be given up": [
    broken(({ integrations }) => ({
      integrations: {
        async compareAndSwap(record, version) {
          const stored = await integrations.get(record.id);
          const reuseKey = record.reuseKey ?? stored?.reuseKey ?? null;
          return integrations.compareAndSwap({ ...record, reuseKey }, version);
        },
      },
    })),
    "integrations: compareAndSwap frees the reuse key it replaces",
  ],
  "compareAndSwap of an integration looks at the version, then writes": [
    broken(({ integrations }) => ({
      integrations: {
        async compareAndSwap(record, version) {
          if ((await integrations.get(record.id))?.version !== version) return false;
          await integrations.delete(record.id);
          await integrations.insert(record);
          return true;
        },
      },
    })),
    "integrations: of two writers on one version, exactly one wins",
  ],
  "deleting what is not there was a deletion": [
    broken(({ integrations }) => ({
      integrations: { delete: async (id) => (await integrations.delete(id)) || true },
    })),
    "integrations: delete says whether there was one",
  ],
};
