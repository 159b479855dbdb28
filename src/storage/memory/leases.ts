import type { LeaseStore } from "../../ports/storage.js";
import type { MemoryTables } from "./tables.js";

export function memoryLeases({ leases }: MemoryTables): LeaseStore {
  return {
    async acquire({ key, owner, now, expiresAt }) {
      const held = leases.get(key);
      const isCredible = held !== undefined && held.expiresAt <= now + 2 * (expiresAt - now);
      if (isCredible && held.expiresAt > now) return false;
      leases.set(key, { owner, expiresAt });
      return true;
    },
    async renew({ key, owner, expiresAt }) {
      if (leases.get(key)?.owner !== owner) return false;
      leases.set(key, { owner, expiresAt });
      return true;
    },
    async release({ key, owner }) {
      if (leases.get(key)?.owner === owner) leases.delete(key);
    },
    async deleteExpired(now) {
      let removed = 0;
      for (const [key, { expiresAt }] of leases) {
        if (expiresAt <= now && leases.delete(key)) removed += 1;
      }
      return removed;
    },
  };
}
