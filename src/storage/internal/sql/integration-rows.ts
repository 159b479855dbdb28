import type { Insertable } from "kysely";
import type { IntegrationRecord } from "../../../ports/storage.js";
import { rowReader } from "./row-reader.js";
import type { MooringTables } from "./tables.js";

/** Listed, as `select *` breaks prepared statements when a newer version adds a column. */
export const INTEGRATION_COLUMNS = [
  "id",
  "app",
  "auth_scheme",
  "name",
  "enabled",
  "use_managed_auth",
  "reuse_key",
  "config",
  "version",
  "created_at",
  "updated_at",
] as const;

export function toIntegrationRow(
  record: IntegrationRecord,
): Insertable<MooringTables["mooring_integrations"]> {
  return {
    id: record.id,
    app: record.app,
    auth_scheme: record.authScheme,
    name: record.name,
    enabled: record.enabled ? 1 : 0,
    use_managed_auth: record.useManagedAuth ? 1 : 0,
    reuse_key: record.reuseKey,
    config: record.config,
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** @throws UnreadableRow naming the column that does not hold what it should */
export function toIntegrationRecord(row: Readonly<Record<string, unknown>>, prefix = ""): IntegrationRecord {
  const read = rowReader(row, { table: "mooring_integrations", prefix });
  return {
    id: read.text("id"),
    app: read.text("app"),
    authScheme: read.text("auth_scheme"),
    name: read.text("name"),
    enabled: read.flag("enabled"),
    useManagedAuth: read.flag("use_managed_auth"),
    reuseKey: read.textOrNull("reuse_key"),
    config: read.textOrNull("config"),
    version: read.integer("version"),
    createdAt: read.integer("created_at"),
    updatedAt: read.integer("updated_at"),
  };
}
