import type { StorageAdapter } from "../ports/storage.js";
import { memoryConnections } from "./memory/connections.js";
import { memoryFlows } from "./memory/flows.js";
import { memoryIntegrations } from "./memory/integrations.js";
import { memoryLeases } from "./memory/leases.js";
import { memoryOutbox } from "./memory/outbox.js";
import { memoryTables } from "./memory/tables.js";

/** What in-memory storage takes. */
export interface MemoryStorageOptions {
  /** What leases last by, in milliseconds since any moment. Default: the machine's monotonic clock. */
  readonly now?: (() => number) | undefined;
}

/**
 * Storage in the process's memory, for tests and trials: what is stored is gone when the process ends, and no other
 * process sees it.
 *
 * Every operation is atomic, since none waits between reading and writing. Records are copied and deep-frozen when
 * they are written and handed out as they are. A listing reads only the records of its entity, and indexes are kept in
 * order: a write or a page takes about as long among 100,000 connections as among 1,000. Only `leases.deleteExpired` looks
 * at every lease, and `outbox.claim` at the events that are hidden.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ storage: memoryStorage(), apps: [github] });
 * ```
 */
export function memoryStorage(options: MemoryStorageOptions = {}): StorageAdapter {
  const { now = () => performance.now() } = options;
  const tables = memoryTables();
  return {
    name: "memory",
    persistent: false,
    integrations: memoryIntegrations(tables),
    connections: memoryConnections(tables),
    flows: memoryFlows(tables),
    leases: memoryLeases(tables, now),
    outbox: memoryOutbox(tables),
  };
}
