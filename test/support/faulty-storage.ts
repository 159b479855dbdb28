import type { StorageAdapter } from "mooring";
import { StorageError } from "mooring";

/**
 * How a write fails: before anything was written, after it was (the answer was lost), or for good from then on.
 */
export type Fault = "not written" | "written, but nobody is told" | "down from then on";

/** A storage one of whose writes fails. */
export interface FaultyStorage {
  readonly storage: StorageAdapter;
  /** Writes so far, failed ones included. */
  readonly writes: number;
  /** Heals it. */
  repair(): void;
}

/** Wraps a storage so that its nth write (counted from 1) fails. */
export function faultyStorage(
  inner: StorageAdapter,
  failure: { readonly nth: number; readonly fault: Fault },
): FaultyStorage {
  let writes = 0;
  let isBroken = true;
  const failed = (operation: string) =>
    new StorageError("STORAGE_FAILED", `The database is away (${operation}).`, {
      adapter: inner.name,
      operation,
      retryable: true,
    });
  const guard = <Args extends readonly unknown[], Value>(
    operation: string,
    write: (...args: Args) => Promise<Value>,
  ): ((...args: Args) => Promise<Value>) => {
    return async (...args) => {
      writes += 1;
      const isDown = failure.fault === "down from then on" && writes > failure.nth;
      if (!isBroken || (writes !== failure.nth && !isDown)) return write(...args);
      if (failure.fault === "written, but nobody is told") await write(...args);
      throw failed(operation);
    };
  };
  const { integrations, connections, flows, leases } = inner;
  return {
    storage: {
      ...inner,
      integrations: {
        ...integrations,
        insert: guard("integrations.insert", integrations.insert),
        compareAndSwap: guard("integrations.compareAndSwap", integrations.compareAndSwap),
        delete: guard("integrations.delete", integrations.delete),
      },
      connections: {
        ...connections,
        insert: guard("connections.insert", connections.insert),
        compareAndSwap: guard("connections.compareAndSwap", connections.compareAndSwap),
        delete: guard("connections.delete", connections.delete),
      },
      flows: {
        insert: guard("flows.insert", flows.insert),
        consume: guard("flows.consume", flows.consume),
        deleteExpired: guard("flows.deleteExpired", flows.deleteExpired),
      },
      leases: {
        acquire: guard("leases.acquire", leases.acquire),
        renew: guard("leases.renew", leases.renew),
        release: guard("leases.release", leases.release),
        deleteExpired: guard("leases.deleteExpired", leases.deleteExpired),
      },
    },
    get writes() {
      return writes;
    },
    repair() {
      isBroken = false;
    },
  };
}
