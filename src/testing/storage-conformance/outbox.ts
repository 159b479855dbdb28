import { LIFECYCLE_EVENT_TYPES } from "../../ports/lifecycle-event-types.js";
import type {
  ConnectionRecord,
  EventRecord,
  LifecycleEventType,
  OutboxStore,
  StorageAdapter,
} from "../../ports/storage.js";
import type { Checks } from "./assertions.js";
import { conflicts, equal, trueCount } from "./assertions.js";
import {
  connection,
  idsOf,
  integration,
  NOW,
  newId,
  storedConnection,
  storedIntegration,
} from "./records.js";

function event(
  { id, entityId, integrationId, app, authScheme }: ConnectionRecord,
  fields: Partial<EventRecord> = {},
): EventRecord {
  const of = { connectionId: id, entityId, integrationId, app, authScheme };
  const about = { type: "connection.refreshed", reason: null, occurredAt: NOW, availableAt: NOW } as const;
  return { id: newId(), ...of, ...about, ...fields };
}

/** All there is, as it is recorded: nothing is hidden by it. */
const claim = (outbox: OutboxStore, now = NOW, hideUntil = now): Promise<readonly EventRecord[]> =>
  outbox.claim({ now, hideUntil, limit: 1000 });

/** A connection whose deletion recorded that many events. */
async function recorded(storage: StorageAdapter, count: number): Promise<readonly EventRecord[]> {
  const record = await storedConnection(storage);
  const events = Array.from({ length: count }, () => event(record));
  await storage.connections.delete(record, events);
  return events;
}

/** A case for adapters that have an outbox: one without has nothing to hold to it. */
const withOutbox =
  (check: (storage: StorageAdapter, outbox: OutboxStore) => Promise<void>): Checks[string] =>
  async (storage) => {
    if (storage.outbox !== null) await check(storage, storage.outbox);
  };

export const outboxChecks: Checks = {
  async "a write with events happens, whether the adapter has an outbox or not"(storage) {
    const record = connection(await storedIntegration(storage));
    await storage.connections.insert(record, [event(record)]);
    const next = { ...record, credentials: "new", version: 2 };
    equal(await storage.connections.compareAndSwap(next, 1, [event(record)]), true, "compareAndSwap");
    equal((await storage.connections.get(record))?.connection, next, "the connection");
    equal(await storage.connections.delete(record, [event(record)]), true, "delete");
    equal(await storage.connections.get(record), null, "the connection afterwards");
  },

  "insert, compareAndSwap and delete record their events, every field": withOutbox(
    async (storage, outbox) => {
      const record = connection(await storedIntegration(storage), { entityId: "Zoë 🚢" });
      const events = LIFECYCLE_EVENT_TYPES.map((type, index) =>
        event(record, {
          type,
          reason: index % 2 === 0 ? null : `“It’s over” 🚢 ${index}`,
          occurredAt: NOW - index,
          availableAt: NOW + index,
        }),
      );
      await storage.connections.insert(record, events.slice(0, 1));
      await storage.connections.compareAndSwap({ ...record, version: 2 }, 1, events.slice(1, 3));
      await storage.connections.delete(record, events.slice(3));
      await storage.integrations.delete(record.integrationId);
      const now = NOW + events.length;
      const given = events.map((each) => ({ ...each, availableAt: now + 1 }));
      equal(await claim(outbox, now, now + 1), given, "the events, when all they were about is gone");
    },
  ),

  "a write that does not happen records no event": withOutbox(async (storage, outbox) => {
    const parent = await storedIntegration(storage);
    const record = await storedConnection(storage, { alias: "own" }, parent);
    await storedConnection(storage, { alias: "taken" }, parent);
    const { connections } = storage;
    const told = [event(record)];
    const orphan = connection(integration());
    await conflicts(() => connections.insert(record, told), "inserting the same id again");
    await conflicts(() => connections.insert(orphan, told), "inserting below no integration");
    await conflicts(
      () => connections.insert(connection(parent, { alias: "taken" }), told),
      "inserting a taken alias",
    );
    const next = { ...record, version: 2 };
    equal(await connections.compareAndSwap(next, 7, told), false, "swapping another version");
    equal(await connections.compareAndSwap({ ...next, id: newId() }, 1, told), false, "swapping nothing");
    const foreign = { ...next, entityId: "user_2" };
    equal(await connections.compareAndSwap(foreign, 1, told), false, "swapping another entity's");
    await conflicts(
      () => connections.compareAndSwap({ ...next, alias: "taken" }, 1, told),
      "swapping to a taken alias",
    );
    equal(await connections.delete({ ...record, id: newId() }, told), false, "deleting nothing");
    equal(await connections.delete(foreign, told), false, "deleting another entity's");
    equal(idsOf(await claim(outbox)), [], "the events recorded");
  }),

  "of ten writers on one version, the winner's event is recorded": withOutbox(async (storage, outbox) => {
    const record = await storedConnection(storage);
    const events = Array.from({ length: 10 }, () => event(record));
    const won = await Promise.all(
      events.map((told) => storage.connections.compareAndSwap({ ...record, version: 2 }, 1, [told])),
    );
    trueCount(won, 1, "writers that won");
    equal(await claim(outbox), [events[won.indexOf(true)]], "the events recorded");
  }),

  "the oldest events are claimed first, at most as many as asked for": withOutbox(async (storage, outbox) => {
    const record = await storedConnection(storage);
    const events = Array.from({ length: 5 }, () => event(record));
    const [first, second, third, fourth, fifth] = events;
    // Recorded in another order than they happened in.
    const told = [fourth, first, fifth, third, second].flatMap((each) => each ?? []);
    await storage.connections.compareAndSwap({ ...record, version: 2 }, 1, told.slice(0, 2));
    await storage.connections.delete(record, told.slice(2));
    const next = async (): Promise<readonly string[]> =>
      idsOf(await outbox.claim({ now: NOW, hideUntil: NOW + 1, limit: 2 }));
    equal(await next(), idsOf(events.slice(0, 2)), "the first two");
    equal(await next(), idsOf(events.slice(2, 4)), "the next two");
    equal(await next(), idsOf(events.slice(4)), "what is left");
    equal(await next(), [], "when all are claimed");
  }),

  "an event is available from its time on, and hidden by a claim until the time that names": withOutbox(
    async (storage, outbox) => {
      const record = await storedConnection(storage);
      const told = event(record, { availableAt: NOW + 10 });
      await storage.connections.delete(record, [told]);
      equal(await claim(outbox, NOW + 9), [], "before its time");
      const hidden = { ...told, availableAt: NOW + 20 };
      equal(await claim(outbox, NOW + 10, NOW + 20), [hidden], "at its time");
      equal(await claim(outbox, NOW + 19), [], "while it is hidden");
      equal(await claim(outbox, NOW + 20, NOW + 30), [{ ...told, availableAt: NOW + 30 }], "when it is not");
    },
  ),

  "a claim of some types leaves events of the others as they are": withOutbox(async (storage, outbox) => {
    const record = await storedConnection(storage);
    const of = (type: LifecycleEventType, fields: Partial<EventRecord> = {}) =>
      event(record, { type, ...fields });
    // A type that stands in a text is not the event's.
    const reason = '"type":"connection.deleted" connection.deleted';
    const expired = [of("connection.expired", { reason }), of("connection.expired")];
    const deleted = [of("connection.deleted")];
    const failed = [of("flow.failed")];
    await storage.connections.delete(record, [...expired, ...deleted, ...failed]);
    const next = async (...types: readonly LifecycleEventType[]) =>
      idsOf(await outbox.claim({ now: NOW, hideUntil: NOW + 1, limit: 10, types }));
    equal(await next(), [], "those of no type");
    equal(await next("connection.active"), [], "those of a type that none is of");
    equal(
      await next("connection.deleted", "flow.failed"),
      idsOf([...deleted, ...failed]),
      "those of two types",
    );
    equal(
      idsOf(await outbox.claim({ now: NOW, hideUntil: NOW + 1, limit: 1, types: ["connection.expired"] })),
      idsOf(expired.slice(0, 1)),
      "the oldest of a type",
    );
    equal(idsOf(await claim(outbox, NOW)), idsOf(expired.slice(1)), "what is left");
  }),

  "of ten claimers at once, each event goes to one": withOutbox(async (storage, outbox) => {
    const events = await recorded(storage, 40);
    const claimer = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let round = 0; round < 20; round += 1) {
        ids.push(...idsOf(await outbox.claim({ now: NOW, hideUntil: NOW + 1, limit: 3 })));
      }
      return ids;
    };
    const claimed = await Promise.all(Array.from({ length: 10 }, claimer));
    equal(claimed.flat().sort(), [...idsOf(events)].sort(), "the events claimed");
  }),

  "acknowledge removes those events and no others; one that is not there is no error": withOutbox(
    async (storage, outbox) => {
      const [first, second, third, fourth] = idsOf(await recorded(storage, 4));
      // One that was claimed, and one that was not.
      await outbox.claim({ now: NOW, hideUntil: NOW + 1, limit: 1 });
      await outbox.acknowledge([first ?? "", third ?? ""]);
      await outbox.acknowledge([first ?? "", newId()]);
      await outbox.acknowledge([]);
      equal(idsOf(await claim(outbox, NOW + 1)), [second, fourth], "the events left");
    },
  ),
};
