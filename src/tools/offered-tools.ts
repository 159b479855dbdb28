import { createBoundedCache } from "../internal/bounded-cache.js";

/** Which tools models have been shown: a name that was never handed out must not run. */
export interface OfferedTools {
  /** Remembers names as handed out for one entity, or for all (null). */
  offer(tools: { readonly entityId: string | null; readonly names: readonly string[] }): void;
  /** The names handed out for an entity, those for all included, in upper case. */
  namesFor(entityId: string): ReadonlySet<string>;
}

/**
 * Remembers what was offered, in this process: for all entities without end, for single entities up to a number and
 * for a time.
 *
 * @example
 * ```ts
 * const offered = createOfferedTools({ now: () => Date.now() });
 * offered.offer({ entityId: "user_123", names: ["GITHUB_GET_USER"] });
 * offered.namesFor("user_123").has("GITHUB_GET_USER"); // true
 * ```
 */
export function createOfferedTools(options: {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Entities remembered at a time. Default: 10,000. */
  readonly maxEntities?: number | undefined;
  /** Milliseconds an entity is remembered after its last `offer`. Default: 86,400,000, a day. */
  readonly maxAgeMs?: number | undefined;
}): OfferedTools {
  const { now, maxEntities = 10_000, maxAgeMs = 86_400_000 } = options;
  const forAll = new Set<string>();
  const forOne = createBoundedCache<ReadonlySet<string>>({ maxEntries: maxEntities, maxAgeMs, now });
  return {
    offer({ entityId, names }) {
      const offered = names.map((name) => name.toUpperCase());
      if (entityId === null) {
        for (const name of offered) forAll.add(name);
      } else {
        forOne.set(entityId, new Set([...(forOne.get(entityId) ?? []), ...offered]));
      }
    },
    namesFor: (entityId) => new Set([...forAll, ...(forOne.get(entityId) ?? [])]),
  };
}
