import type { Insertable } from "kysely";
import type { FlowRecord } from "../../../ports/storage.js";
import { rowReader } from "./row-reader.js";
import type { MooringTables } from "./tables.js";

/** Listed, as `select *` breaks prepared statements when a newer version adds a column. */
export const FLOW_COLUMNS = [
  "id",
  "entity_id",
  "connection_id",
  "attempt_id",
  "payload",
  "binding_hash",
  "created_at",
  "expires_at",
] as const;

export function toFlowRow(record: FlowRecord): Insertable<MooringTables["mooring_flows"]> {
  return {
    id: record.id,
    entity_id: record.entityId,
    connection_id: record.connectionId,
    attempt_id: record.attemptId,
    payload: record.payload,
    binding_hash: record.bindingHash,
    created_at: record.createdAt,
    expires_at: record.expiresAt,
  };
}

/** @throws UnreadableRow naming the column that does not hold what it should */
export function toFlowRecord(row: Readonly<Record<string, unknown>>): FlowRecord {
  const read = rowReader(row, { table: "mooring_flows" });
  return {
    id: read.text("id"),
    entityId: read.text("entity_id"),
    connectionId: read.text("connection_id"),
    attemptId: read.text("attempt_id"),
    payload: read.text("payload"),
    bindingHash: read.textOrNull("binding_hash"),
    createdAt: read.integer("created_at"),
    expiresAt: read.integer("expires_at"),
  };
}
