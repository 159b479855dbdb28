import type { StorageAdapter } from "../ports/storage.js";

type StoreName = "integrations" | "connections" | "flows" | "leases" | "outbox";
type OperationsOf<Name extends StoreName> = Name extends StoreName
  ? `${Name}.${Exclude<keyof NonNullable<StorageAdapter[Name]>, "adapter"> & string}`
  : never;

/** The name of an operation of the port, as StorageError has it: `connections.get`. */
export type StorageOperation = OperationsOf<StoreName>;

/** Runs a call of the storage, or runs it again, or watches it. */
export type AroundCall = <Value>(operation: StorageOperation, call: () => Promise<Value>) => Promise<Value>;

/** A storage each call of which goes through one function. */
export function wrappedStorage(inner: StorageAdapter, around: AroundCall): StorageAdapter {
  // Method by method, called on their stores: an adapter's stores may be objects of classes.
  const { name, persistent, integrations, connections, flows, leases, outbox } = inner;
  return {
    name,
    persistent,
    integrations: {
      insert: (record) => around("integrations.insert", () => integrations.insert(record)),
      get: (id) => around("integrations.get", () => integrations.get(id)),
      list: (query) => around("integrations.list", () => integrations.list(query)),
      compareAndSwap: (record, expectedVersion) =>
        around("integrations.compareAndSwap", () => integrations.compareAndSwap(record, expectedVersion)),
      delete: (id) => around("integrations.delete", () => integrations.delete(id)),
    },
    connections: {
      insert: (record, events) => around("connections.insert", () => connections.insert(record, events)),
      get: (key) => around("connections.get", () => connections.get(key)),
      list: (query) => around("connections.list", () => connections.list(query)),
      compareAndSwap: (record, expectedVersion, events) =>
        around("connections.compareAndSwap", () =>
          connections.compareAndSwap(record, expectedVersion, events),
        ),
      delete: (key, events) => around("connections.delete", () => connections.delete(key, events)),
      scan: (query) => around("connections.scan", () => connections.scan(query)),
      expiring: (query) => around("connections.expiring", () => connections.expiring(query)),
    },
    flows: {
      insert: (record) => around("flows.insert", () => flows.insert(record)),
      consume: (id) => around("flows.consume", () => flows.consume(id)),
      deleteExpired: (now) => around("flows.deleteExpired", () => flows.deleteExpired(now)),
    },
    leases: {
      adapter: leases.adapter,
      acquire: (request) => around("leases.acquire", () => leases.acquire(request)),
      renew: (request) => around("leases.renew", () => leases.renew(request)),
      release: (lease) => around("leases.release", () => leases.release(lease)),
      deleteExpired: (lapsedForMs) => around("leases.deleteExpired", () => leases.deleteExpired(lapsedForMs)),
    },
    outbox:
      outbox === null
        ? null
        : {
            claim: (request) => around("outbox.claim", () => outbox.claim(request)),
            acknowledge: (ids) => around("outbox.acknowledge", () => outbox.acknowledge(ids)),
          },
  };
}
