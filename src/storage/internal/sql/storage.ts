import type { StorageAdapter } from "../../../ports/storage.js";
import { sqlConnections } from "./connections.js";
import type { KyselyDatabase } from "./database.js";
import { mooringDatabase } from "./database.js";
import { engineOf } from "./engine.js";
import { createGuard } from "./errors.js";
import { sqlFlows } from "./flows.js";
import { sqlIntegrations } from "./integrations.js";
import { sqlLeases } from "./leases.js";
import { sqlOutbox } from "./outbox.js";
import { readSchemaState } from "./schema-state.js";
import type { SqlStore } from "./sql-store.js";

/** A storage adapter on an SQL database that is reached through Kysely, by whatever driver. */
export function sqlStorage(name: string, database: KyselyDatabase): StorageAdapter {
  const db = mooringDatabase(database);
  const guarded = createGuard(name, {
    repeats: !db.isTransaction,
    readSchemaState: () => readSchemaState(db),
  });
  const store: SqlStore = { name, db, engine: engineOf(db), guarded };
  return {
    name,
    persistent: true,
    isTransaction: db.isTransaction,
    integrations: sqlIntegrations(store),
    connections: sqlConnections(store),
    flows: sqlFlows(store),
    leases: sqlLeases(store),
    outbox: sqlOutbox(store),
  };
}
