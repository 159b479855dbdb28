import { memoryStorage } from "../../../src/storage/memory.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

export const LEASE_FAULTS: Faults = {
  "everyone acquires a lease": [
    broken(() => ({ leases: { acquire: async () => "acquired" as const } })),
    "leases: of ten callers at once, exactly one acquires it",
  ],
  "a lease never lapses": [
    broken(({ leases }) => ({
      leases: { acquire: (request) => leases.acquire({ ...request, ttlMs: 2 * request.ttlMs + 3_600_000 }) },
    })),
    "leases: a lease lapses at its expiry, not before, by the store's own time",
  ],
  "a lease recorded before a clock was set back is held": [
    broken(({ leases }) => {
      const held = new Map<string, number>();
      return {
        leases: {
          async acquire(request) {
            if ((held.get(request.key) ?? 0) > performance.now()) return "held";
            const outcome = await leases.acquire(request);
            if (outcome !== "held") held.set(request.key, performance.now() + request.ttlMs);
            return outcome;
          },
          async release(lease) {
            held.delete(lease.key);
            await leases.release(lease);
          },
        },
      };
    }),
    "leases: a lease that ends later than twice the time asked for has lapsed: a clock was set back",
  ],
  "a lease is looked at, then taken": [
    broken(() => {
      const held = new Map<string, number>();
      return {
        leases: {
          async acquire({ key, ttlMs }) {
            if ((held.get(key) ?? 0) > performance.now()) return "held";
            await Promise.resolve();
            held.set(key, performance.now() + ttlMs);
            return "acquired";
          },
        },
      };
    }),
    "leases: of ten callers at once, exactly one acquires it",
  ],
  "anyone renews a lease": [
    broken(({ leases }) => ({
      leases: {
        async renew(request) {
          await leases.deleteExpired(Number.MIN_SAFE_INTEGER);
          return (await leases.acquire(request)) !== "held";
        },
      },
    })),
    "leases: the owner renews, no one else does",
  ],
  "anyone releases a lease": [
    broken(({ leases }) => ({
      leases: {
        async release() {
          await leases.deleteExpired(Number.MAX_SAFE_INTEGER);
        },
      },
    })),
    "leases: the owner releases, no one else does",
  ],
  "a lease is given again to its owner": [
    broken(({ leases }) => ({
      leases: {
        acquire: async (request) => ((await leases.renew(request)) ? "acquired" : leases.acquire(request)),
      },
    })),
    "leases: a held lease is not given again, not even to its owner",
  ],
  "keys of leases are compared without case": [
    broken(({ leases }) => ({
      leases: { acquire: (request) => leases.acquire({ ...request, key: request.key.toLowerCase() }) },
    })),
    "leases: keys are apart, and compared exactly",
  ],
  "a lease lasts a second at least": [
    broken(({ leases }) => ({
      leases: {
        acquire: (request) => leases.acquire({ ...request, ttlMs: Math.max(1000, request.ttlMs) }),
      },
    })),
    "leases: a lease that begins expired can be taken at once",
  ],
  "leases are timed by the caller's clock": [
    () => memoryStorage({ now: () => Date.now() }),
    "leases: callers whose clocks are an hour apart agree on who holds it, and on when it lapses",
  ],
  "a sweep removes what lapsed a moment ago": [
    broken(({ leases }) => ({ leases: { deleteExpired: () => leases.deleteExpired(0) } })),
    "leases: deleteExpired removes what lapsed that long ago, and counts it",
  ],
};
