import type { Clock, Fetch } from "../../../ports/runtime.js";
import type { Jwks, JwksOptions } from "./jwks.js";
import { createJwks } from "./jwks.js";

/** Who fetches a key set, and whose time it is. */
export interface KeySetRuntime {
  readonly fetch: Fetch;
  readonly clock: Pick<Clock, "now">;
}

/** The key set at a URL: the same one each time, so that it is fetched once. @throws ConfigurationError `CONFIG_INVALID` */
export type KeySets = (url: string, runtime: KeySetRuntime) => Jwks;

const MAX_SETS = 100;

/** Makes a memory of key sets, by who fetches, whose time it is, and URL. */
export function createKeySets(options: Pick<JwksOptions, "cooldownMs"> = {}): KeySets {
  const sets = new WeakMap<Fetch, WeakMap<Pick<Clock, "now">, Map<string, Jwks>>>();
  return (url, { fetch, clock }) => {
    const byClock = sets.get(fetch) ?? new WeakMap<Pick<Clock, "now">, Map<string, Jwks>>();
    sets.set(fetch, byClock);
    const byUrl = byClock.get(clock) ?? new Map<string, Jwks>();
    byClock.set(clock, byUrl);
    const known = byUrl.get(url);
    if (known !== undefined) return known;
    if (byUrl.size >= MAX_SETS) byUrl.clear();
    const made = createJwks({ ...options, url, fetch, clock });
    byUrl.set(url, made);
    return made;
  };
}
