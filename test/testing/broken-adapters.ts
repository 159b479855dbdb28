import type { FlowRecord, StorageAdapter } from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";

/** Memory storage with some of its operations replaced by broken ones. */
export function broken(
  breakIt: (sound: StorageAdapter) => {
    readonly [Store in "integrations" | "connections" | "flows" | "leases"]?: Partial<StorageAdapter[Store]>;
  },
): () => StorageAdapter {
  return () => {
    const sound = memoryStorage();
    const faults = breakIt(sound);
    return {
      ...sound,
      integrations: { ...sound.integrations, ...faults.integrations },
      connections: { ...sound.connections, ...faults.connections },
      flows: { ...sound.flows, ...faults.flows },
      leases: { ...sound.leases, ...faults.leases },
    };
  };
}

/** Memory storage that also remembers which entity a connection belongs to, for faults that ignore it. */
function withOwners(
  breakIt: (sound: StorageAdapter, ownerOf: (id: string) => string) => Partial<StorageAdapter["connections"]>,
): () => StorageAdapter {
  return broken((sound) => {
    const owners = new Map<string, string>();
    return {
      connections: {
        async insert(record) {
          await sound.connections.insert(record);
          owners.set(record.id, record.entityId);
        },
        ...breakIt(sound, (id) => owners.get(id) ?? ""),
      },
    };
  });
}

/** What is wrong, how to make it, and a case that finds it. */
export const FAULTS: Readonly<Record<string, readonly [create: () => StorageAdapter, detectedBy: string]>> = {
  "get ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      get: ({ id }) => connections.get({ id, entityId: ownerOf(id) }),
    })),
    "entities: another entity's connection does not exist",
  ],
  "compareAndSwap ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      compareAndSwap: (record, version) =>
        connections.compareAndSwap({ ...record, entityId: ownerOf(record.id) }, version),
    })),
    "entities: another entity's connection does not exist",
  ],
  "delete ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      delete: ({ id }) => connections.delete({ id, entityId: ownerOf(id) }),
    })),
    "entities: another entity's connection does not exist",
  ],
  "entity ids are compared without case, as MySQL does by default": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) => connections.insert({ ...record, entityId: record.entityId.toLowerCase() }),
        get: ({ id, entityId }) => connections.get({ id, entityId: entityId.toLowerCase() }),
        list: (query) => connections.list({ ...query, entityId: query.entityId.toLowerCase() }),
      },
    })),
    "entities: entity ids are compared exactly, up to 512 characters",
  ],
  "entity ids are cut to 255 characters": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) => connections.insert({ ...record, entityId: record.entityId.slice(0, 255) }),
        get: ({ id, entityId }) => connections.get({ id, entityId: entityId.slice(0, 255) }),
        list: (query) => connections.list({ ...query, entityId: query.entityId.slice(0, 255) }),
      },
    })),
    "entities: entity ids are compared exactly, up to 512 characters",
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
  "compareAndSwap looks at the version, then writes": [
    broken(({ connections }) => ({
      connections: {
        async compareAndSwap(record, version) {
          if ((await connections.get(record))?.connection.version !== version) return false;
          await connections.delete(record);
          await connections.insert(record);
          return true;
        },
      },
    })),
    "connections: of two writers on one version, exactly one wins",
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
  "a conflict is a plain Error": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) =>
          connections.insert(record).catch(() => Promise.reject(new Error("duplicate key"))),
      },
    })),
    "connections: an id is taken once",
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
  "nulls become empty text": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) => connections.insert({ ...record, statusReason: record.statusReason ?? "" }),
      },
    })),
    "connections: nulls and empty arrays stay what they are",
  ],
  "times are kept in seconds of 32 bits": [
    broken(({ flows }) => ({
      flows: { insert: (record) => flows.insert({ ...record, expiresAt: record.expiresAt % 2 ** 31 }) },
    })),
    "flows: a flow is consumed once, with every field",
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
  "filters are ignored": [
    broken(({ connections }) => ({
      connections: { list: ({ entityId, limit, cursor }) => connections.list({ entityId, limit, cursor }) },
    })),
    "listings: connections come newest first and filtered",
  ],
  "filters apply after the page was cut": [
    broken(({ connections }) => ({
      connections: {
        async list({ status, ...query }) {
          const page = await connections.list(query);
          return {
            ...page,
            items: page.items.filter((item) => status === undefined || item.status === status),
          };
        },
      },
    })),
    "listings: filtered pages are full",
  ],
  "listings are oldest first": [
    broken(({ integrations }) => ({
      integrations: {
        async list(query) {
          const page = await integrations.list(query);
          return { ...page, items: [...page.items].reverse() };
        },
      },
    })),
    "listings: integrations come newest first, whatever the order of insertion, and filtered",
  ],
  "pages are counted from the start, so that an insert moves them": [
    broken(({ connections }) => ({
      connections: {
        async list({ limit, cursor, ...query }) {
          const all = await connections.list({ ...query, limit: 1000, cursor: null });
          const start = Number(cursor ?? 0);
          const next = start + limit;
          return {
            items: all.items.slice(start, next),
            nextCursor: next < all.items.length ? String(next) : null,
          };
        },
      },
    })),
    "listings: inserts and deletes meanwhile neither repeat nor skip the others",
  ],
  "the last page has a cursor": [
    broken(({ connections }) => ({
      connections: {
        async list(query) {
          const page = await connections.list(query);
          return { ...page, nextCursor: page.nextCursor ?? btoa(`after:${page.items.at(-1)?.id ?? ""}`) };
        },
      },
    })),
    "listings: pages join without a gap, and a full last page is the last",
  ],
  "an unreadable cursor begins anew": [
    broken(({ connections }) => ({
      connections: {
        list: (query) => connections.list(query).catch(() => connections.list({ ...query, cursor: null })),
      },
    })),
    "listings: what is no cursor, and a limit below 1, is refused by name",
  ],
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
  "a flow is read, then deleted": [
    broken(keepingFlows),
    "flows: of ten consumers at once, exactly one gets it",
  ],
  "a flow that ends now is left": [
    broken(({ flows }) => ({ flows: { deleteExpired: (now) => flows.deleteExpired(now - 1) } })),
    "flows: deleteExpired removes what ends now or earlier, and counts it",
  ],
  "everyone acquires a lease": [
    broken(() => ({ leases: { acquire: async () => "acquired" as const } })),
    "leases: of ten callers at once, exactly one acquires it",
  ],
  "a lease never lapses": [
    broken(({ leases }) => ({
      leases: { acquire: (request) => leases.acquire({ ...request, ttlMs: 2 * request.ttlMs + 3_600_000 }) },
    })),
    "leases: a lease lapses at its expiry, not before, by the store's own time",
  ],
  "a lease recorded before a clock was set back is held": [
    broken(({ leases }) => {
      const held = new Map<string, number>();
      return {
        leases: {
          async acquire(request) {
            if ((held.get(request.key) ?? 0) > performance.now()) return "held";
            const outcome = await leases.acquire(request);
            if (outcome !== "held") held.set(request.key, performance.now() + request.ttlMs);
            return outcome;
          },
          async release(lease) {
            held.delete(lease.key);
            await leases.release(lease);
          },
        },
      };
    }),
    "leases: a lease that ends later than twice the time asked for has lapsed: a clock was set back",
  ],
  "a lease is looked at, then taken": [
    broken(() => {
      const held = new Map<string, number>();
      return {
        leases: {
          async acquire({ key, ttlMs }) {
            if ((held.get(key) ?? 0) > performance.now()) return "held";
            await Promise.resolve();
            held.set(key, performance.now() + ttlMs);
            return "acquired";
          },
        },
      };
    }),
    "leases: of ten callers at once, exactly one acquires it",
  ],
  "anyone renews a lease": [
    broken(({ leases }) => ({
      leases: {
        async renew(request) {
          await leases.deleteExpired(Number.MIN_SAFE_INTEGER);
          return (await leases.acquire(request)) !== "held";
        },
      },
    })),
    "leases: the owner renews, no one else does",
  ],
  "anyone releases a lease": [
    broken(({ leases }) => ({
      leases: {
        async release() {
          await leases.deleteExpired(Number.MAX_SAFE_INTEGER);
        },
      },
    })),
    "leases: the owner releases, no one else does",
  ],
};

/** Flows that survive their connection, and are consumed by everyone who asks in time. */
function keepingFlows(): { readonly flows: Partial<StorageAdapter["flows"]> } {
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
