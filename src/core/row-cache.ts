import { createBoundedCache } from "../internal/bounded-cache.js";
import type { ConnectionKey } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";

/** Rows of connections that were read lately and may execute, for a host that prefers that to a statement a request. */
export interface RowCache {
  /** The row as it was less than the cache's time ago; null when it has to be read. */
  get(key: ConnectionKey): ConnectionRow | null;
  /** Reads a row and keeps it, together with whoever asks for it meanwhile. What `read` throws is not kept. */
  read(key: ConnectionKey, read: () => Promise<ConnectionRow>): Promise<ConnectionRow>;
  /** Forgets a row that was changed; who is reading it right now gets it, but it is not kept. */
  forget(key: ConnectionKey): void;
  /** Forgets all rows. */
  clear(): void;
}

interface Entry {
  readonly row: ConnectionRow;
  readonly readAt: number;
}

/** As many as credentials are kept opened for: beyond that, opening costs more than reading. */
const MAX_ENTRIES = 1_000;

// Its length first: no two keys have one name.
const nameOf = ({ id, entityId }: ConnectionKey): string => `${id.length} ${id} ${entityId}`;

/** Makes the cache of a toolset. */
export function createRowCache(options: { readonly maxAgeMs: number; readonly now: () => number }): RowCache {
  const { maxAgeMs, now } = options;
  const entries = createBoundedCache<Entry>({ maxEntries: MAX_ENTRIES, maxAgeMs, now });
  const reads = new Map<string, Promise<ConnectionRow>>();

  const readAndKeep = async (name: string, read: () => Promise<ConnectionRow>): Promise<ConnectionRow> => {
    const readAt = now();
    const isCurrent = () => reads.get(name) === reading;
    const reading = read();
    reads.set(name, reading);
    try {
      const row = await reading;
      // A change meanwhile has taken this read out: whether it saw that change nobody knows.
      if (isCurrent()) entries.set(name, { row, readAt });
      return row;
    } finally {
      if (isCurrent()) reads.delete(name);
    }
  };

  return {
    get(key) {
      const entry = entries.get(nameOf(key));
      return entry !== undefined && now() - entry.readAt < maxAgeMs ? entry.row : null;
    },
    read(key, read) {
      const name = nameOf(key);
      return reads.get(name) ?? readAndKeep(name, read);
    },
    forget(key) {
      const name = nameOf(key);
      entries.delete(name);
      reads.delete(name);
    },
    clear() {
      entries.clear();
      reads.clear();
    },
  };
}
