import type { ColumnType } from "kysely";

/**
 * Reads are `unknown`, as drivers differ: a bigint comes back as a number, a string or a bigint, and a row may have been
 * edited by hand. The row readers check every value.
 */
type Text = ColumnType<unknown, string, string>;
type NullableText = ColumnType<unknown, string | null, string | null>;
type Integer = ColumnType<unknown, number, number>;
type NullableInteger = ColumnType<unknown, number | null, number | null>;

interface IntegrationsTable {
  id: Text;
  app: Text;
  auth_scheme: Text;
  name: Text;
  enabled: Integer;
  use_managed_auth: Integer;
  reuse_key: NullableText;
  config: NullableText;
  version: Integer;
  created_at: Integer;
  updated_at: Integer;
}

interface ConnectionsTable {
  id: Text;
  entity_id: Text;
  integration_id: Text;
  app: Text;
  auth_scheme: Text;
  status: Text;
  status_reason: NullableText;
  alias: NullableText;
  /** JSON. */
  labels: Text;
  is_default: Integer;
  /** JSON. */
  account: NullableText;
  /** JSON. */
  scopes: Text;
  /** JSON. */
  params: Text;
  credentials: NullableText;
  expires_at: NullableInteger;
  /** On MySQL only, made by it: `expires_at` of ACTIVE connections, to be looked up by. */
  expiring_at: ColumnType<unknown, never, never>;
  /** JSON. */
  attempt: NullableText;
  version: Integer;
  created_at: Integer;
  updated_at: Integer;
}

interface FlowsTable {
  id: Text;
  entity_id: Text;
  connection_id: Text;
  attempt_id: Text;
  payload: Text;
  binding_hash: NullableText;
  created_at: Integer;
  expires_at: Integer;
}

interface LeasesTable {
  id: Text;
  owner: Text;
  expires_at: Integer;
}

interface EventsTable {
  id: Text;
  type: Text;
  connection_id: Text;
  entity_id: Text;
  integration_id: Text;
  app: Text;
  auth_scheme: Text;
  reason: NullableText;
  occurred_at: Integer;
  available_at: Integer;
}

interface MigrationsTable {
  name: Text;
  applied_at: Integer;
}

/** What Mooring keeps in the host's database. Times are milliseconds since the epoch. */
export interface MooringTables {
  mooring_integrations: IntegrationsTable;
  mooring_connections: ConnectionsTable;
  mooring_flows: FlowsTable;
  mooring_leases: LeasesTable;
  mooring_events: EventsTable;
  mooring_migrations: MigrationsTable;
}
