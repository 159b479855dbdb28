import type { ConnectionRecord, FlowRecord, StorageAdapter } from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";

/** The version is looked at, and written over a moment later. */
function lateSwap(): StorageAdapter {
  const sound = memoryStorage();
  const { connections } = sound;
  return {
    ...sound,
    connections: {
      ...connections,
      async compareAndSwap(record, expectedVersion, events) {
        const seen = (await connections.get(record))?.connection.version;
        if (seen !== expectedVersion) return false;
        for (let version = seen; ; version += 1) {
          if (await connections.compareAndSwap(record, version, events)) return true;
        }
      },
    },
  };
}

/** Nothing keeps a connection from being stored below an integration that was deleted. */
function orphanedConnections(): StorageAdapter {
  const sound = memoryStorage();
  const orphans = new Map<string, ConnectionRecord>();
  return {
    ...sound,
    connections: {
      ...sound.connections,
      insert: (record, events) =>
        sound.connections.insert(record, events).catch(() => void orphans.set(record.id, record)),
      async scan(query) {
        const page = await sound.connections.scan(query);
        const left = [...orphans.values()].filter((orphan) => orphan.integrationId === query.integrationId);
        return { ...page, items: [...page.items, ...left] };
      },
    },
  };
}

/** Nothing keeps a flow from being stored for a connection that was deleted. */
function orphanedFlows(): StorageAdapter {
  const sound = memoryStorage();
  const orphans = new Map<string, FlowRecord>();
  return {
    ...sound,
    flows: {
      ...sound.flows,
      insert: (record) => sound.flows.insert(record).catch(() => void orphans.set(record.id, record)),
      consume: async (id) => (await sound.flows.consume(id)) ?? orphans.get(id) ?? null,
    },
  };
}

/** What is wrong, how to make it, and a case that finds it. */
export const RACE_FAULTS: Readonly<
  Record<string, readonly [create: () => StorageAdapter, detectedBy: string]>
> = {
  "two writers of one row both win": [
    lateSwap,
    "writers: two writers of one row: one wins each round, no write is lost, and only what was written is recorded",
  ],
  "two writers of one version both win": [
    lateSwap,
    "writers: two writers of one version, twenty times: exactly one wins",
  ],
  "connections are stored below an integration that was deleted": [
    orphanedConnections,
    "writers: an integration that is deleted while connections are inserted leaves none behind",
  ],
  "flows are stored for a connection that was deleted": [
    orphanedFlows,
    "writers: a connection that is deleted while flows are inserted leaves none behind",
  ],
  "leases last by the caller's clock": [
    () => memoryStorage({ now: () => Date.now() }),
    "leases: callers whose clocks are an hour apart agree on who holds it, and on when it lapses",
  ],
};
