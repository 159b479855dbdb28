import type { IntegrationRecord, IntegrationStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { removeConnection } from "./connections.js";
import { matches, page } from "./page.js";
import { snapshot } from "./snapshot.js";
import type { MemoryTables } from "./tables.js";

export function memoryIntegrations(tables: MemoryTables): IntegrationStore {
  const checkReuseKey = (operation: string, { id, reuseKey }: IntegrationRecord): void => {
    if (reuseKey !== null && (tables.reuseKeys.get(reuseKey) ?? id) !== id) {
      throw conflict(operation, "An integration with this reuse key exists already.");
    }
  };

  const store = (record: IntegrationRecord): void => {
    tables.integrations.set(record.id, snapshot(record));
    if (record.reuseKey !== null) tables.reuseKeys.set(record.reuseKey, record.id);
  };

  return {
    async insert(record) {
      if (tables.integrations.has(record.id)) {
        throw conflict("integrations.insert", "An integration with this id exists already.");
      }
      checkReuseKey("integrations.insert", record);
      store(record);
      tables.integrationIds.add(record.id);
    },
    async get(id) {
      return tables.integrations.get(id) ?? null;
    },
    async list(query) {
      return page(tables.integrationIds, query, (id) => {
        const record = tables.integrations.get(id);
        const wanted =
          record !== undefined &&
          matches(query.app, record.app) &&
          matches(query.authScheme, record.authScheme) &&
          matches(query.enabled, record.enabled);
        return wanted ? record : null;
      });
    },
    async compareAndSwap(record, expectedVersion) {
      const stored = tables.integrations.get(record.id);
      if (stored?.version !== expectedVersion) return false;
      checkReuseKey("integrations.compareAndSwap", record);
      if (stored.reuseKey !== null) tables.reuseKeys.delete(stored.reuseKey);
      store(record);
      return true;
    },
    async delete(id) {
      const stored = tables.integrations.get(id);
      if (stored === undefined) return false;
      for (const connectionId of [...(tables.connectionIdsByIntegration.get(id)?.descending(null) ?? [])]) {
        const connection = tables.connections.get(connectionId);
        if (connection !== undefined) removeConnection(tables, connection);
      }
      tables.integrations.delete(id);
      tables.integrationIds.remove(id);
      if (stored.reuseKey !== null) tables.reuseKeys.delete(stored.reuseKey);
      return true;
    },
  };
}
