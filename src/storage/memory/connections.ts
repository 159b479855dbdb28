import { expiringPage, expiringStart } from "../../ports/paging.js";
import type { ConnectionRecord, ConnectionStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { removeFlowsOf } from "./flows.js";
import { recordEvents } from "./outbox.js";
import { matches, page } from "./page.js";
import { snapshot } from "./snapshot.js";
import type { MemoryTables } from "./tables.js";
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
      removeEntry(tables, stored);
      addConnection(tables, snapshot(record));
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
      const start = expiringStart(query);
      const found = [...tables.connections.values()]
        .filter(
          (record) => isExpiring(record, query.before) && (start === null || byExpiry(record, start) > 0),
        )
        .sort(byExpiry);
      return expiringPage(found, query.limit);
    },
  };
}

function isExpiring({ status, expiresAt }: ConnectionRecord, before: number): boolean {
  return status === "ACTIVE" && expiresAt !== null && expiresAt <= before;
}

function byExpiry(
  one: Pick<ConnectionRecord, "id" | "expiresAt">,
  other: Pick<ConnectionRecord, "id" | "expiresAt">,
): number {
  return (
    (one.expiresAt ?? 0) - (other.expiresAt ?? 0) || (one.id < other.id ? -1 : Number(one.id > other.id))
  );
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
  const alias = aliasKey(record);
  if (alias !== null) tables.aliases.set(alias, record.id);
}

function removeEntry(tables: MemoryTables, record: ConnectionRecord): void {
  tables.connections.delete(record.id);
  tables.connectionIds.remove(record.id);
  removeFromIndex(tables.connectionIdsByEntity, record.entityId, record.id);
  removeFromIndex(tables.connectionIdsByIntegration, record.integrationId, record.id);
  const alias = aliasKey(record);
  if (alias !== null) tables.aliases.delete(alias);
}
