import type { CryptoKey } from "jose";
import { createBoundedCache } from "../../../internal/bounded-cache.js";

type Key = CryptoKey | Uint8Array;

/** The key of an id, imported when it is not at hand. One that cannot be imported is tried again. */
export type KeyCache = (id: string, load: () => Promise<Key>) => Promise<Key>;

/** Makes a cache of imported keys: importing one takes longer than signing with it. */
export function createKeyCache(): KeyCache {
  const keys = createBoundedCache<Promise<Key>>({
    maxEntries: 500,
    // A key that is used no more does not stay in memory.
    maxAgeMs: 300_000,
    now: () => Date.now(),
  });
  return (id, load) => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const imported = load();
    keys.set(id, imported);
    imported.catch(() => keys.delete(id));
    return imported;
  };
}
