import type { ConnectionRecord, FlowRecord, IntegrationRecord } from "../../ports/storage.js";

/** A text as it stands within JSON, and in keys: without the quotes. */
export function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** How a field stands in the JSON of a record, and in no text within it: its quotes are not escaped. */
export function fragment(field: string, value: string | boolean): string {
  return `"${field}":${JSON.stringify(value)}`;
}

/** @returns JSON that begins as the scripts expect it: see `lua.ts` */
export function integrationJson(record: IntegrationRecord): string {
  const { version, reuseKey, id, ...rest } = record;
  return JSON.stringify({ version, reuseKey, id, ...rest });
}

/** @returns JSON that begins as the scripts expect it: see `lua.ts` */
export function connectionJson(record: ConnectionRecord): string {
  const { version, integrationId, status, app, expiresAt, entityId, alias, id, ...rest } = record;
  return JSON.stringify({ version, integrationId, status, app, expiresAt, entityId, alias, id, ...rest });
}

/** @returns JSON that begins as the scripts expect it: see `lua.ts` */
export function flowJson(record: FlowRecord): string {
  const { connectionId, id, ...rest } = record;
  return JSON.stringify({ connectionId, id, ...rest });
}
