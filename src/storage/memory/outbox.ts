import type { EventRecord, OutboxStore } from "../../ports/storage.js";
import { snapshot } from "./snapshot.js";
import type { MemoryTables } from "./tables.js";

export function memoryOutbox({ events }: MemoryTables): OutboxStore {
  return {
    async claim({ now, hideUntil, limit }) {
      const claimed = [...events.values()]
        .filter(({ availableAt }) => availableAt <= now)
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .slice(0, limit)
        .map((event) => snapshot({ ...event, availableAt: hideUntil }));
      for (const event of claimed) events.set(event.id, event);
      return claimed;
    },
    async acknowledge(ids) {
      for (const id of ids) events.delete(id);
    },
  };
}

export function recordEvents({ events }: MemoryTables, records: readonly EventRecord[]): void {
  for (const record of records) events.set(record.id, snapshot(record));
}
