import QuickLRU from "quick-lru";

/** A cache bounded in count and time. */
export interface BoundedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
  clear(): void;
}

/** Limits of a {@link BoundedCache}. */
export interface BoundedCacheOptions {
  /** Never more entries than this; the most recently used half of them are never pushed out. */
  readonly maxEntries: number;
  /** Milliseconds after `set` at which an entry is gone. */
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly storedAt: number;
}

/** Makes a cache that forgets what was used longest ago, and everything after a time. */
export function createBoundedCache<Value>({
  maxEntries,
  maxAgeMs,
  now,
}: BoundedCacheOptions): BoundedCache<Value> {
  // quick-lru holds up to twice its `maxSize`, less one.
  const entries = new QuickLRU<string, Entry<Value>>({ maxSize: Math.ceil(maxEntries / 2) });
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const age = now() - entry.storedAt;
      // A negative age means the clock was set back: how old the entry is can no longer be known.
      if (age >= 0 && age < maxAgeMs) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set(key, value) {
      entries.set(key, { value, storedAt: now() });
    },
    delete(key) {
      entries.delete(key);
    },
    clear() {
      entries.clear();
    },
  };
}
