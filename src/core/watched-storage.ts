import type { StorageAdapter } from "../ports/storage.js";
import type { RowCache } from "./row-cache.js";

/**
 * A storage that makes a cache forget what is written through it, whoever writes: the one place that has to know. What
 * failed may have been written all the same, so it is forgotten too.
 */
export function watchedStorage(storage: StorageAdapter, rows: RowCache | null): StorageAdapter {
  if (rows === null) return storage;
  const { name, persistent, integrations, connections, flows, leases, outbox } = storage;
  return {
    name,
    persistent,
    flows,
    leases,
    outbox,
    connections: {
      insert: (record, events) => connections.insert(record, events),
      get: (key) => connections.get(key),
      list: (query) => connections.list(query),
      scan: (query) => connections.scan(query),
      expiring: (query) => connections.expiring(query),
      compareAndSwap: (record, expectedVersion, events) =>
        connections.compareAndSwap(record, expectedVersion, events).finally(() => rows.forget(record)),
      delete: (key, events) => connections.delete(key, events).finally(() => rows.forget(key)),
    },
    // A row holds its integration. These are rare, and which rows they touch would have to be looked up.
    integrations: {
      insert: (record) => integrations.insert(record),
      get: (id) => integrations.get(id),
      list: (query) => integrations.list(query),
      compareAndSwap: (record, expectedVersion) =>
        integrations.compareAndSwap(record, expectedVersion).finally(() => rows.clear()),
      delete: (id) => integrations.delete(id).finally(() => rows.clear()),
    },
  };
}
