import type { Insertable } from "kysely";
import { isObject } from "../../../internal/json.js";
import type {
  AttemptRecord,
  ConnectionAccount,
  ConnectionRecord,
  ConnectionStatus,
  DeviceFlowRecord,
} from "../../../ports/storage.js";
import { rowReader } from "./row-reader.js";
import type { MooringTables } from "./tables.js";

/** Listed, as `select *` breaks prepared statements when a newer version adds a column. */
export const CONNECTION_COLUMNS = [
  "id",
  "entity_id",
  "integration_id",
  "app",
  "auth_scheme",
  "status",
  "status_reason",
  "alias",
  "labels",
  "is_default",
  "account",
  "scopes",
  "params",
  "credentials",
  "expires_at",
  "attempt",
  "version",
  "created_at",
  "updated_at",
] as const;

const STATUSES: ReadonlySet<ConnectionStatus> = new Set([
  "INITIATED",
  "ACTIVE",
  "INACTIVE",
  "EXPIRED",
  "REVOKED",
  "FAILED",
]);
const ATTEMPT_STATUSES: ReadonlySet<unknown> = new Set<AttemptRecord["status"]>([
  "INITIATED",
  "ACTIVE",
  "FAILED",
  "EXPIRED",
]);

export function toConnectionRow(record: ConnectionRecord): Insertable<MooringTables["mooring_connections"]> {
  return {
    id: record.id,
    entity_id: record.entityId,
    integration_id: record.integrationId,
    app: record.app,
    auth_scheme: record.authScheme,
    status: record.status,
    status_reason: record.statusReason,
    alias: record.alias,
    labels: JSON.stringify(record.labels),
    is_default: record.isDefault ? 1 : 0,
    account: record.account && JSON.stringify(record.account),
    scopes: JSON.stringify(record.scopes),
    params: JSON.stringify(record.params),
    credentials: record.credentials,
    expires_at: record.expiresAt,
    attempt: record.attempt && JSON.stringify(record.attempt),
    version: record.version,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** @throws UnreadableRow naming the column that does not hold what it should */
export function toConnectionRecord(row: Readonly<Record<string, unknown>>): ConnectionRecord {
  const read = rowReader(row, { table: "mooring_connections" });
  return {
    id: read.text("id"),
    entityId: read.text("entity_id"),
    integrationId: read.text("integration_id"),
    app: read.text("app"),
    authScheme: read.text("auth_scheme"),
    status: read.oneOf("status", STATUSES),
    statusReason: read.textOrNull("status_reason"),
    alias: read.textOrNull("alias"),
    labels: read.json("labels", isTextArray),
    isDefault: read.flag("is_default"),
    account: read.jsonOrNull("account", isAccount),
    scopes: read.json("scopes", isTextArray),
    params: read.json("params", isTextRecord),
    credentials: read.textOrNull("credentials"),
    expiresAt: read.integerOrNull("expires_at"),
    attempt: read.jsonOrNull("attempt", isAttempt),
    version: read.integer("version"),
    createdAt: read.integer("created_at"),
    updatedAt: read.integer("updated_at"),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

function isTextArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTextRecord(value: unknown): value is Readonly<Record<string, string>> {
  return isObject(value) && Object.values(value).every(isText);
}

function isAccount(value: unknown): value is ConnectionAccount {
  if (!isObject(value)) return false;
  const { id, email, label } = value;
  return isText(id) && isTextOrNull(email) && isTextOrNull(label);
}

function isAttempt(value: unknown): value is AttemptRecord {
  if (!isObject(value)) return false;
  const { id, status, reason, expiresAt, device } = value;
  return (
    isText(id) &&
    ATTEMPT_STATUSES.has(status) &&
    isTextOrNull(reason) &&
    Number.isSafeInteger(expiresAt) &&
    (device === undefined || isDeviceFlow(device))
  );
}

function isDeviceFlow(value: unknown): value is DeviceFlowRecord {
  if (!isObject(value)) return false;
  const { payload, intervalMs, polls } = value;
  return isText(payload) && Number.isSafeInteger(intervalMs) && Number.isSafeInteger(polls);
}
