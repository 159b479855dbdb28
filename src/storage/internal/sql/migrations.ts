import type { MooringDatabase } from "./database.js";

/** One step of the schema. A published step never changes: what is new is a new step at the end. */
export interface Migration {
  /** Sorts after the one before it. */
  readonly name: string;
  up(db: MooringDatabase): Promise<void>;
}

/**
 * Types and lengths are those PostgreSQL, MySQL and SQLite share; the longest index (entity, app, alias) stays below
 * InnoDB's 3072 bytes at 4 bytes a character.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: "0001_initial",
    async up(db) {
      await createIntegrations(db);
      await createConnections(db);
      await createFlows(db);
      await createLeases(db);
      await createEvents(db);
    },
  },
];

async function createIntegrations({ schema }: MooringDatabase): Promise<void> {
  await schema
    .createTable("mooring_integrations")
    .addColumn("id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("app", "varchar(64)", (column) => column.notNull())
    .addColumn("auth_scheme", "varchar(64)", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("enabled", "smallint", (column) => column.notNull())
    .addColumn("use_managed_auth", "smallint", (column) => column.notNull())
    .addColumn("reuse_key", "varchar(255)")
    .addColumn("config", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("mooring_integrations_reuse_key_unique", ["reuse_key"])
    .execute();
  await schema
    .createIndex("mooring_integrations_app_index")
    .on("mooring_integrations")
    .columns(["app", "auth_scheme"])
    .execute();
}

async function createConnections({ schema }: MooringDatabase): Promise<void> {
  await schema
    .createTable("mooring_connections")
    .addColumn("id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("entity_id", "varchar(512)", (column) => column.notNull())
    .addColumn("integration_id", "varchar(36)", (column) => column.notNull())
    .addColumn("app", "varchar(64)", (column) => column.notNull())
    .addColumn("auth_scheme", "varchar(64)", (column) => column.notNull())
    .addColumn("status", "varchar(16)", (column) => column.notNull())
    .addColumn("status_reason", "text")
    .addColumn("alias", "varchar(128)")
    .addColumn("labels", "text", (column) => column.notNull())
    .addColumn("is_default", "smallint", (column) => column.notNull())
    .addColumn("account", "text")
    .addColumn("scopes", "text", (column) => column.notNull())
    .addColumn("params", "text", (column) => column.notNull())
    .addColumn("credentials", "text")
    .addColumn("expires_at", "bigint")
    .addColumn("attempt", "text")
    .addColumn("version", "integer", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("mooring_connections_alias_unique", ["entity_id", "app", "alias"])
    // No connection can appear below an integration that is being deleted.
    .addForeignKeyConstraint(
      "mooring_connections_integration_fk",
      ["integration_id"],
      "mooring_integrations",
      ["id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
  const indexes = {
    mooring_connections_entity_index: ["entity_id", "id"],
    mooring_connections_status_index: ["entity_id", "app", "status", "id"],
    mooring_connections_integration_index: ["integration_id", "id"],
    mooring_connections_expiry_index: ["status", "expires_at", "id"],
  } as const;
  for (const [name, columns] of Object.entries(indexes)) {
    await schema
      .createIndex(name)
      .on("mooring_connections")
      .columns([...columns])
      .execute();
  }
}

async function createFlows({ schema }: MooringDatabase): Promise<void> {
  await schema
    .createTable("mooring_flows")
    .addColumn("id", "varchar(64)", (column) => column.primaryKey())
    .addColumn("entity_id", "varchar(512)", (column) => column.notNull())
    .addColumn("connection_id", "varchar(36)", (column) => column.notNull())
    .addColumn("attempt_id", "varchar(36)", (column) => column.notNull())
    .addColumn("payload", "text", (column) => column.notNull())
    .addColumn("binding_hash", "varchar(64)")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addForeignKeyConstraint(
      "mooring_flows_connection_fk",
      ["connection_id"],
      "mooring_connections",
      ["id"],
      (constraint) => constraint.onDelete("cascade"),
    )
    .execute();
  await schema
    .createIndex("mooring_flows_connection_index")
    .on("mooring_flows")
    .column("connection_id")
    .execute();
  await schema.createIndex("mooring_flows_expiry_index").on("mooring_flows").column("expires_at").execute();
}

async function createLeases({ schema }: MooringDatabase): Promise<void> {
  await schema
    .createTable("mooring_leases")
    .addColumn("id", "varchar(255)", (column) => column.primaryKey())
    .addColumn("owner", "varchar(128)", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("mooring_leases_expiry_index").on("mooring_leases").column("expires_at").execute();
}

async function createEvents({ schema }: MooringDatabase): Promise<void> {
  await schema
    .createTable("mooring_events")
    .addColumn("id", "varchar(36)", (column) => column.primaryKey())
    .addColumn("type", "varchar(32)", (column) => column.notNull())
    .addColumn("connection_id", "varchar(36)", (column) => column.notNull())
    .addColumn("entity_id", "varchar(512)", (column) => column.notNull())
    .addColumn("integration_id", "varchar(36)", (column) => column.notNull())
    .addColumn("app", "varchar(64)", (column) => column.notNull())
    .addColumn("auth_scheme", "varchar(64)", (column) => column.notNull())
    .addColumn("reason", "text")
    .addColumn("occurred_at", "bigint", (column) => column.notNull())
    .addColumn("available_at", "bigint", (column) => column.notNull())
    .execute();
  await schema
    .createIndex("mooring_events_available_index")
    .on("mooring_events")
    .columns(["available_at", "id"])
    .execute();
}
