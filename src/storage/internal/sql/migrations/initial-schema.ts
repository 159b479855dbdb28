import { sql } from "kysely";
import type { SchemaBuilder } from "./schema-builder.js";

/** Types and lengths are those PostgreSQL, MySQL and SQLite share. */
export async function initialSchema(schema: SchemaBuilder): Promise<void> {
  await createIntegrations(schema);
  await createConnections(schema);
  await createFlows(schema);
  await createLeases(schema);
  await createEvents(schema);
}

async function createIntegrations({ short, text, createTable, createIndex }: SchemaBuilder): Promise<void> {
  await createTable("mooring_integrations", (table) =>
    table
      .addColumn("id", short(36), (column) => column.primaryKey())
      .addColumn("app", short(64), (column) => column.notNull())
      .addColumn("auth_scheme", short(64), (column) => column.notNull())
      .addColumn("name", text, (column) => column.notNull())
      .addColumn("enabled", "smallint", (column) => column.notNull())
      .addColumn("use_managed_auth", "smallint", (column) => column.notNull())
      .addColumn("reuse_key", short(255))
      .addColumn("config", text)
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addUniqueConstraint("mooring_integrations_reuse_key_unique", ["reuse_key"]),
  );
  await createIndex("mooring_integrations_app_index", "mooring_integrations", { columns: ["app", "id"] });
}

/**
 * A refresh writes the row and the expiry index alone, but on PostgreSQL, where a row whose indexed columns change gets
 * an entry in each index: so there are few. Indexes that only hold some of the rows are left alone by the others.
 */
async function createConnections({
  engine,
  short,
  text,
  createTable,
  createIndex,
}: SchemaBuilder): Promise<void> {
  await createTable("mooring_connections", (table) => {
    const columns = table
      .addColumn("id", short(36), (column) => column.primaryKey())
      .addColumn("entity_id", short(512), (column) => column.notNull())
      .addColumn("integration_id", short(36), (column) => column.notNull())
      .addColumn("app", short(64), (column) => column.notNull())
      .addColumn("auth_scheme", short(64), (column) => column.notNull())
      .addColumn("status", short(16), (column) => column.notNull())
      .addColumn("status_reason", text)
      .addColumn("alias", short(128))
      .addColumn("labels", text, (column) => column.notNull())
      .addColumn("is_default", "smallint", (column) => column.notNull())
      .addColumn("account", text)
      .addColumn("scopes", text, (column) => column.notNull())
      .addColumn("params", text, (column) => column.notNull())
      .addColumn("credentials", text)
      .addColumn("expires_at", "bigint")
      .addColumn("attempt", text)
      .addColumn("version", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      // No connection can appear below an integration that is being deleted.
      .addForeignKeyConstraint(
        "mooring_connections_integration_fk",
        ["integration_id"],
        "mooring_integrations",
        ["id"],
        (constraint) => constraint.onDelete("cascade"),
      );
    if (engine !== "mysql") return columns;
    // Stands for the condition below: MySQL has no index of some rows, but leaves out those where a range finds null.
    const expiring = sql`case when status = 'ACTIVE' then expires_at end`;
    return columns.addColumn("expiring_at", "bigint", (column) =>
      column.generatedAlwaysAs(expiring).stored(),
    );
  });
  // The longest of all, at 4 bytes a character: 2816 of the 3072 bytes InnoDB allows.
  await createIndex("mooring_connections_alias_unique", "mooring_connections", {
    columns: ["entity_id", "app", "alias"],
    where: "alias is not null",
    unique: true,
  });
  await createIndex("mooring_connections_entity_index", "mooring_connections", {
    columns: ["entity_id", "id"],
  });
  await createIndex("mooring_connections_integration_index", "mooring_connections", {
    columns: ["integration_id", "id"],
  });
  await createIndex("mooring_connections_expiry_index", "mooring_connections", {
    columns: [engine === "mysql" ? "expiring_at" : "expires_at", "id"],
    where: "status = 'ACTIVE' and expires_at is not null",
  });
}

async function createFlows({ short, text, createTable, createIndex }: SchemaBuilder): Promise<void> {
  await createTable("mooring_flows", (table) =>
    table
      .addColumn("id", short(64), (column) => column.primaryKey())
      .addColumn("entity_id", short(512), (column) => column.notNull())
      .addColumn("connection_id", short(36), (column) => column.notNull())
      .addColumn("attempt_id", short(36), (column) => column.notNull())
      .addColumn("payload", text, (column) => column.notNull())
      .addColumn("binding_hash", short(64))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull())
      .addForeignKeyConstraint(
        "mooring_flows_connection_fk",
        ["connection_id"],
        "mooring_connections",
        ["id"],
        (constraint) => constraint.onDelete("cascade"),
      ),
  );
  await createIndex("mooring_flows_connection_index", "mooring_flows", { columns: ["connection_id"] });
  await createIndex("mooring_flows_expiry_index", "mooring_flows", { columns: ["expires_at"] });
}

async function createLeases({ short, createTable, createIndex }: SchemaBuilder): Promise<void> {
  await createTable("mooring_leases", (table) =>
    table
      .addColumn("id", short(255), (column) => column.primaryKey())
      .addColumn("owner", short(128), (column) => column.notNull())
      .addColumn("expires_at", "bigint", (column) => column.notNull()),
  );
  await createIndex("mooring_leases_expiry_index", "mooring_leases", { columns: ["expires_at"] });
}

async function createEvents({ short, text, createTable, createIndex }: SchemaBuilder): Promise<void> {
  await createTable("mooring_events", (table) =>
    table
      .addColumn("id", short(36), (column) => column.primaryKey())
      .addColumn("type", short(32), (column) => column.notNull())
      .addColumn("connection_id", short(36), (column) => column.notNull())
      .addColumn("entity_id", short(512), (column) => column.notNull())
      .addColumn("integration_id", short(36), (column) => column.notNull())
      .addColumn("app", short(64), (column) => column.notNull())
      .addColumn("auth_scheme", short(64), (column) => column.notNull())
      .addColumn("reason", text)
      .addColumn("occurred_at", "bigint", (column) => column.notNull())
      .addColumn("available_at", "bigint", (column) => column.notNull()),
  );
  await createIndex("mooring_events_available_index", "mooring_events", { columns: ["available_at", "id"] });
}
