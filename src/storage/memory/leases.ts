import type { LeaseStore } from "../../ports/storage.js";
import type { MemoryTables } from "./tables.js";

/** @param now milliseconds since any moment */
export function memoryLeases({ leases }: MemoryTables, now: () => number): LeaseStore {
  return {
    adapter: "memory",
    async acquire({ key, owner, ttlMs }) {
      const former = leases.get(key);
      const isHeld =
        former !== undefined && former.expiresAt > now() && former.expiresAt <= now() + 2 * ttlMs;
      if (isHeld) return "held";
      leases.set(key, { owner, expiresAt: now() + ttlMs });
      return former === undefined ? "acquired" : "taken-over";
    },
    async renew({ key, owner, ttlMs }) {
      if (leases.get(key)?.owner !== owner) return false;
      leases.set(key, { owner, expiresAt: now() + ttlMs });
      return true;
    },
    async release({ key, owner }) {
      if (leases.get(key)?.owner === owner) leases.delete(key);
    },
    async deleteExpired(lapsedForMs) {
      let removed = 0;
      for (const [key, { expiresAt }] of leases) {
        if (expiresAt <= now() - lapsedForMs && leases.delete(key)) removed += 1;
      }
      return removed;
    },
  };
}
