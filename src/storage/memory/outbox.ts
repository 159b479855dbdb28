import type { EventRecord, OutboxStore } from "../../ports/storage.js";
import { snapshot } from "./snapshot.js";
import type { MemoryTables } from "./tables.js";

/** A claim walks past the events that are hidden, so it takes as long as they are many: few, where hooks keep up. */
export function memoryOutbox({ events, eventIds }: MemoryTables): OutboxStore {
  return {
    async claim({ now, hideUntil, limit, types }) {
      const claimed: EventRecord[] = [];
      for (const id of eventIds.ascending(null)) {
        if (claimed.length >= limit) break;
        const event = events.get(id);
        if (event === undefined || event.availableAt > now) continue;
        if (types?.includes(event.type) === false) continue;
        claimed.push(snapshot({ ...event, availableAt: hideUntil }));
      }
      for (const event of claimed) events.set(event.id, event);
      return claimed;
    },
    async acknowledge(ids) {
      for (const id of ids) if (events.delete(id)) eventIds.remove(id);
    },
  };
}

export function recordEvents({ events, eventIds }: MemoryTables, records: readonly EventRecord[]): void {
  for (const record of records) {
    events.set(record.id, snapshot(record));
    eventIds.add(record.id);
  }
}
