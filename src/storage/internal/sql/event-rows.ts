import type { Insertable } from "kysely";
import { LIFECYCLE_EVENT_TYPES } from "../../../ports/lifecycle-event-types.js";
import type { EventRecord, LifecycleEventType } from "../../../ports/storage.js";
import { rowReader } from "./row-reader.js";
import type { MooringTables } from "./tables.js";

/** Listed, as `select *` breaks prepared statements when a newer version adds a column. */
export const EVENT_COLUMNS = [
  "id",
  "type",
  "connection_id",
  "entity_id",
  "integration_id",
  "app",
  "auth_scheme",
  "reason",
  "occurred_at",
  "available_at",
] as const;

const TYPES: ReadonlySet<LifecycleEventType> = new Set(LIFECYCLE_EVENT_TYPES);

export function toEventRow(record: EventRecord): Insertable<MooringTables["mooring_events"]> {
  return {
    id: record.id,
    type: record.type,
    connection_id: record.connectionId,
    entity_id: record.entityId,
    integration_id: record.integrationId,
    app: record.app,
    auth_scheme: record.authScheme,
    reason: record.reason,
    occurred_at: record.occurredAt,
    available_at: record.availableAt,
  };
}

/** @throws UnreadableRow naming the column that does not hold what it should */
export function toEventRecord(row: Readonly<Record<string, unknown>>): EventRecord {
  const read = rowReader(row, { table: "mooring_events" });
  return {
    id: read.text("id"),
    type: read.oneOf("type", TYPES),
    connectionId: read.text("connection_id"),
    entityId: read.text("entity_id"),
    integrationId: read.text("integration_id"),
    app: read.text("app"),
    authScheme: read.text("auth_scheme"),
    reason: read.textOrNull("reason"),
    occurredAt: read.integer("occurred_at"),
    availableAt: read.integer("available_at"),
  };
}
