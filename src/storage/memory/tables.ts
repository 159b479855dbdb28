import type { ConnectionRecord, EventRecord, FlowRecord, IntegrationRecord } from "../../ports/storage.js";
import type { SortedSet } from "./sorted-set.js";
import { sortedSet } from "./sorted-set.js";

/** A lease as it lies in memory. */
interface Lease {
  readonly owner: string;
  readonly expiresAt: number;
}

/** When something ends, and what. */
export interface Expiry {
  readonly expiresAt: number;
  readonly id: string;
}

/** The records and the indexes over them. Index entries are made and removed with their records. */
export interface MemoryTables {
  readonly integrations: Map<string, IntegrationRecord>;
  readonly integrationIds: SortedSet<string>;
  /** Reuse key to integration id. */
  readonly reuseKeys: Map<string, string>;
  readonly connections: Map<string, ConnectionRecord>;
  readonly connectionIds: SortedSet<string>;
  readonly connectionIdsByEntity: Map<string, SortedSet<string>>;
  readonly connectionIdsByIntegration: Map<string, SortedSet<string>>;
  /** When the credentials of ACTIVE connections end. */
  readonly expiries: SortedSet<Expiry>;
  /** {@link aliasKey} to connection id. */
  readonly aliases: Map<string, string>;
  readonly flows: Map<string, FlowRecord>;
  readonly flowExpiries: SortedSet<Expiry>;
  readonly flowIdsByConnection: Map<string, SortedSet<string>>;
  readonly leases: Map<string, Lease>;
  readonly events: Map<string, EventRecord>;
  readonly eventIds: SortedSet<string>;
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
    expiries: sortedSet(byExpiry),
    aliases: new Map(),
    flows: new Map(),
    flowExpiries: sortedSet(byExpiry),
    flowIdsByConnection: new Map(),
    leases: new Map(),
    events: new Map(),
    eventIds: sortedIds(),
  };
}

function sortedIds(): SortedSet<string> {
  return sortedSet(byText);
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

function byExpiry(one: Expiry, other: Expiry): number {
  return one.expiresAt - other.expiresAt || byText(one.id, other.id);
}

/** What is unique about an alias; null for a connection without one. */
export function aliasKey({ entityId, app, alias }: ConnectionRecord): string | null {
  return alias === null ? null : JSON.stringify([entityId, app, alias]);
}

export function addToIndex(index: Map<string, SortedSet<string>>, key: string, id: string): void {
  const ids = index.get(key) ?? sortedIds();
  ids.add(id);
  index.set(key, ids);
}

export function removeFromIndex(index: Map<string, SortedSet<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.remove(id);
  if (ids?.size === 0) index.delete(key);
}
