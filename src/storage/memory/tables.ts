import type { ConnectionRecord, EventRecord, FlowRecord, IntegrationRecord } from "../../ports/storage.js";
import type { SortedIds } from "./sorted-ids.js";
import { sortedIds } from "./sorted-ids.js";

/** A lease as it lies in memory. */
interface Lease {
  readonly owner: string;
  readonly expiresAt: number;
}

/** The records and the indexes over them. Index entries are made and removed with their records. */
export interface MemoryTables {
  readonly integrations: Map<string, IntegrationRecord>;
  readonly integrationIds: SortedIds;
  /** Reuse key to integration id. */
  readonly reuseKeys: Map<string, string>;
  readonly connections: Map<string, ConnectionRecord>;
  readonly connectionIds: SortedIds;
  readonly connectionIdsByEntity: Map<string, SortedIds>;
  readonly connectionIdsByIntegration: Map<string, SortedIds>;
  /** {@link aliasKey} to connection id. */
  readonly aliases: Map<string, string>;
  readonly flows: Map<string, FlowRecord>;
  readonly flowIdsByConnection: Map<string, SortedIds>;
  readonly leases: Map<string, Lease>;
  readonly events: Map<string, EventRecord>;
}

export function memoryTables(): MemoryTables {
  return {
    integrations: new Map(),
    integrationIds: sortedIds(),
    reuseKeys: new Map(),
    connections: new Map(),
    connectionIds: sortedIds(),
    connectionIdsByEntity: new Map(),
    connectionIdsByIntegration: new Map(),
    aliases: new Map(),
    flows: new Map(),
    flowIdsByConnection: new Map(),
    leases: new Map(),
    events: new Map(),
  };
}

/** What is unique about an alias; null for a connection without one. */
export function aliasKey({ entityId, app, alias }: ConnectionRecord): string | null {
  return alias === null ? null : JSON.stringify([entityId, app, alias]);
}

export function addToIndex(index: Map<string, SortedIds>, key: string, id: string): void {
  const ids = index.get(key) ?? sortedIds();
  ids.add(id);
  index.set(key, ids);
}

export function removeFromIndex(index: Map<string, SortedIds>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.remove(id);
  if (ids?.size === 0) index.delete(key);
}
