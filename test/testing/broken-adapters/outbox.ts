import type { ConnectionRecord, EventRecord, StorageAdapter } from "../../../src/ports/storage.js";
import { memoryStorage } from "../../../src/storage/memory.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

/** Records events whatever becomes of the write they belong to: with another that always happens. */
function recordAnyway({ integrations, connections }: StorageAdapter) {
  let count = 0;
  return async (about: ConnectionRecord, events: readonly EventRecord[]): Promise<void> => {
    count += 1;
    const id = `00000000-0000-7000-8000-${String(count).padStart(12, "0")}`;
    const integration = {
      app: "other",
      authScheme: "NO_AUTH",
      name: "",
      enabled: true,
      useManagedAuth: false,
    };
    const times = { version: 1, createdAt: 0, updatedAt: 0 };
    await integrations.insert({ ...integration, ...times, id, reuseKey: null, config: null });
    await connections.insert({ ...about, id, integrationId: id, entityId: id, alias: null }, events);
    await connections.delete({ id, entityId: id });
    await integrations.delete(id);
  };
}

const LATEST = 253_402_300_799_999;
const RECORDING = "outbox: insert, compareAndSwap and delete record their events, every field";
const NOTHING = "outbox: a write that does not happen records no event";
const TYPES = "outbox: a claim of some types leaves events of the others as they are";
const HIDING =
  "outbox: an event is available from its time on, and hidden by a claim until the time that names";

export const OUTBOX_FAULTS: Faults = {
  "a write with events fails where there is no outbox": [
    () => {
      const sound = memoryStorage();
      return {
        ...sound,
        outbox: null,
        connections: {
          ...sound.connections,
          async delete(key, events = []) {
            if (events.length > 0) throw new Error("There is no outbox.");
            return sound.connections.delete(key);
          },
        },
      };
    },
    "outbox: a write with events happens, whether the adapter has an outbox or not",
  ],
  "an insert drops its events": [
    broken(({ connections }) => ({ connections: { insert: (record) => connections.insert(record) } })),
    RECORDING,
  ],
  "a swap drops its events": [
    broken(({ connections }) => ({
      connections: { compareAndSwap: (record, version) => connections.compareAndSwap(record, version) },
    })),
    RECORDING,
  ],
  "a deletion drops its events": [
    broken(({ connections }) => ({ connections: { delete: (key) => connections.delete(key) } })),
    RECORDING,
  ],
  "events go with the integration of their connection": [
    (): StorageAdapter => {
      const sound = memoryStorage();
      return {
        ...sound,
        integrations: {
          ...sound.integrations,
          async delete(id) {
            const all = await sound.outbox?.claim({ now: LATEST, hideUntil: 0, limit: 1000 });
            const gone = all?.filter(({ integrationId }) => integrationId === id) ?? [];
            await sound.outbox?.acknowledge(gone.map((event) => event.id));
            return sound.integrations.delete(id);
          },
        },
      };
    },
    RECORDING,
  ],
  "an event's missing reason becomes empty text": [
    broken(({ outbox }) => ({
      outbox: {
        claim: async (request) =>
          (await outbox.claim(request)).map((event) => ({ ...event, reason: event.reason ?? "" })),
      },
    })),
    RECORDING,
  ],
  "a conflicting insert records its events": [
    broken((sound) => {
      const record = recordAnyway(sound);
      return {
        connections: {
          async insert(connection, events = []) {
            await record(connection, events);
            await sound.connections.insert(connection);
          },
        },
      };
    }),
    NOTHING,
  ],
  "a lost swap records its events": [
    broken((sound) => {
      const record = recordAnyway(sound);
      return {
        connections: {
          async compareAndSwap(connection, version, events = []) {
            await record(connection, events);
            return sound.connections.compareAndSwap(connection, version);
          },
        },
      };
    }),
    "outbox: of ten writers on one version, the winner's event is recorded",
  ],
  "events come newest first": [
    broken(({ outbox }) => ({
      outbox: { claim: async (request) => (await outbox.claim(request)).toReversed() },
    })),
    "outbox: the oldest events are claimed first, at most as many as asked for",
  ],
  "a claim takes all there is": [
    broken(({ outbox }) => ({ outbox: { claim: (request) => outbox.claim({ ...request, limit: 1000 }) } })),
    "outbox: the oldest events are claimed first, at most as many as asked for",
  ],
  "an event is handed out before its time": [
    broken(({ outbox }) => ({ outbox: { claim: (request) => outbox.claim({ ...request, now: LATEST }) } })),
    HIDING,
  ],
  "a claim hides nothing": [
    broken(({ outbox }) => ({
      outbox: {
        claim: async (request) =>
          (await outbox.claim({ ...request, hideUntil: request.now })).map((event) => ({
            ...event,
            availableAt: request.hideUntil,
          })),
      },
    })),
    HIDING,
  ],
  "what was claimed never comes back": [
    broken(({ outbox }) => ({
      outbox: {
        async claim(request) {
          const claimed = await outbox.claim(request);
          await outbox.acknowledge(claimed.map(({ id }) => id));
          return claimed;
        },
      },
    })),
    HIDING,
  ],
  "a claim looks at no types": [
    broken(({ outbox }) => ({
      outbox: { claim: ({ types: _, ...request }) => outbox.claim(request) },
    })),
    TYPES,
  ],
  "a claim of some types hides the others": [
    broken(({ outbox }) => ({
      outbox: {
        claim: async ({ types, ...request }) =>
          (await outbox.claim(request)).filter(({ type }) => types?.includes(type) ?? true),
      },
    })),
    TYPES,
  ],
  "a claim reads, then hides": [
    broken(({ outbox }) => ({
      outbox: {
        async claim(request) {
          const found = await outbox.claim({ ...request, hideUntil: request.now });
          await Promise.resolve();
          await outbox.claim(request);
          return found;
        },
      },
    })),
    "outbox: of ten claimers at once, each event goes to one",
  ],
  "acknowledge forgets everything": [
    broken(({ outbox }) => ({
      outbox: {
        async acknowledge() {
          const all = await outbox.claim({ now: LATEST, hideUntil: LATEST, limit: 1000 });
          await outbox.acknowledge(all.map(({ id }) => id));
        },
      },
    })),
    "outbox: acknowledge removes those events and no others; one that is not there is no error",
  ],
  "acknowledge fails where there is nothing to remove": [
    broken(({ outbox }) => ({
      outbox: {
        async acknowledge(ids) {
          if (ids.length === 0) throw new Error("syntax error at or near `)`");
          await outbox.acknowledge(ids);
        },
      },
    })),
    "outbox: acknowledge removes those events and no others; one that is not there is no error",
  ],
};
