import { expiringPage, expiringStart } from "../../ports/paging.js";
import type { ConnectionRecord, ConnectionStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { removeFlowsOf } from "./flows.js";
import { recordEvents } from "./outbox.js";
import { matches, page } from "./page.js";
import { snapshot } from "./snapshot.js";
import type { Expiry, MemoryTables } from "./tables.js";
import { addToIndex, aliasKey, removeFromIndex } from "./tables.js";

export function memoryConnections(tables: MemoryTables): ConnectionStore {
  /** The record, if it is there and belongs to this entity. */
  const find = (id: string, entityId: string): ConnectionRecord | null => {
    const record = tables.connections.get(id);
    return record?.entityId === entityId ? record : null;
  };

  const checkReferences = (operation: string, record: ConnectionRecord): void => {
    if (!tables.integrations.has(record.integrationId)) {
      throw conflict(operation, "The connection's integration is not there, or was deleted meanwhile.");
    }
    const alias = aliasKey(record);
    if (alias !== null && (tables.aliases.get(alias) ?? record.id) !== record.id) {
      throw conflict(operation, "The entity has a connection with this alias for the app already.");
    }
  };

  return {
    async insert(record, events = []) {
      if (tables.connections.has(record.id)) {
        throw conflict("connections.insert", "A connection with this id exists already.");
      }
      checkReferences("connections.insert", record);
      addConnection(tables, snapshot(record));
      recordEvents(tables, events);
    },
    async get({ id, entityId }) {
      const connection = find(id, entityId);
      const integration = connection && tables.integrations.get(connection.integrationId);
      return connection && integration ? { connection, integration } : null;
    },
    async list(query) {
      return page(tables.connectionIdsByEntity.get(query.entityId), query, (id) => {
        const record = find(id, query.entityId);
        const wanted =
          record !== null &&
          matches(query.app, record.app) &&
          matches(query.integrationId, record.integrationId) &&
          matches(query.status, record.status) &&
          matches(query.alias, record.alias);
        return wanted ? record : null;
      });
    },
    async compareAndSwap(record, expectedVersion, events = []) {
      const stored = find(record.id, record.entityId);
      if (stored?.version !== expectedVersion) return false;
      checkReferences("connections.compareAndSwap", record);
      replaceConnection(tables, stored, snapshot(record));
      recordEvents(tables, events);
      return true;
    },
    async delete({ id, entityId }, events = []) {
      const stored = find(id, entityId);
      if (stored === null) return false;
      removeConnection(tables, stored);
      recordEvents(tables, events);
      return true;
    },
    async scan(query) {
      const wanted = (record: ConnectionRecord | undefined): record is ConnectionRecord =>
        record !== undefined &&
        matches(query.app, record.app) &&
        matches(query.entityId, record.entityId) &&
        matches(query.integrationId, record.integrationId);
      const find = (id: string) => {
        const record = tables.connections.get(id);
        return wanted(record) ? record : null;
      };
      return page(tables.connectionIds, query, find, "ascending");
    },
    async expiring(query) {
      const found: ConnectionRecord[] = [];
      for (const { id, expiresAt } of tables.expiries.ascending(expiringStart(query))) {
        if (expiresAt > query.before || found.length > query.limit) break;
        const record = tables.connections.get(id);
        if (record !== undefined) found.push(record);
      }
      return expiringPage(found, query.limit);
    },
  };
}

/** Removes a connection with its flows. */
export function removeConnection(tables: MemoryTables, record: ConnectionRecord): void {
  removeFlowsOf(tables, record.id);
  removeEntry(tables, record);
}

function addConnection(tables: MemoryTables, record: ConnectionRecord): void {
  tables.connections.set(record.id, record);
  tables.connectionIds.add(record.id);
  addToIndex(tables.connectionIdsByEntity, record.entityId, record.id);
  addToIndex(tables.connectionIdsByIntegration, record.integrationId, record.id);
  addChanging(tables, record);
}

function replaceConnection(tables: MemoryTables, stored: ConnectionRecord, record: ConnectionRecord): void {
  removeChanging(tables, stored);
  tables.connections.set(record.id, record);
  if (record.integrationId !== stored.integrationId) {
    removeFromIndex(tables.connectionIdsByIntegration, stored.integrationId, stored.id);
    addToIndex(tables.connectionIdsByIntegration, record.integrationId, record.id);
  }
  addChanging(tables, record);
}

function removeEntry(tables: MemoryTables, record: ConnectionRecord): void {
  removeChanging(tables, record);
  tables.connections.delete(record.id);
  tables.connectionIds.remove(record.id);
  removeFromIndex(tables.connectionIdsByEntity, record.entityId, record.id);
  removeFromIndex(tables.connectionIdsByIntegration, record.integrationId, record.id);
}

/** Adds a connection to the indexes over what a swap may change. */
function addChanging(tables: MemoryTables, record: ConnectionRecord): void {
  const alias = aliasKey(record);
  if (alias !== null) tables.aliases.set(alias, record.id);
  const expiry = expiryOf(record);
  if (expiry !== null) tables.expiries.add(expiry);
}

function removeChanging(tables: MemoryTables, record: ConnectionRecord): void {
  const alias = aliasKey(record);
  if (alias !== null) tables.aliases.delete(alias);
  const expiry = expiryOf(record);
  if (expiry !== null) tables.expiries.remove(expiry);
}

/** Null for a connection that is not ACTIVE, or whose credentials do not end. */
function expiryOf({ id, status, expiresAt }: ConnectionRecord): Expiry | null {
  return status === "ACTIVE" && expiresAt !== null ? { id, expiresAt } : null;
}
