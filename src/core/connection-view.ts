import type { ConnectionRecord, ConnectionStatus } from "../ports/storage.js";

/** The status as it is now: a connection whose user never came back in time is EXPIRED, whether or not anyone wrote that. */
export function viewStatus(record: ConnectionRecord, now: number): ConnectionStatus {
  const late = record.status === "INITIATED" && record.attempt !== null && now >= record.attempt.expiresAt;
  return late ? "EXPIRED" : record.status;
}

/** A connection as plain data: everything but its credentials. */
export interface ConnectionJson {
  readonly id: string;
  readonly app: string;
  readonly integrationId: string;
  readonly entityId: string;
  readonly authScheme: string;
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  readonly alias: string | null;
  readonly labels: readonly string[];
  readonly isDefault: boolean;
  readonly account: ConnectionRecord["account"];
  readonly scopes: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  /** ISO 8601; null when the credentials do not expire. */
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** The record without what is sealed or internal. */
export function toJson(record: ConnectionRecord, now: number): ConnectionJson {
  const { id, app, integrationId, entityId, authScheme, statusReason, alias, labels, isDefault } = record;
  const { account, scopes, params, expiresAt } = record;
  return {
    id,
    app,
    integrationId,
    entityId,
    authScheme,
    status: viewStatus(record, now),
    statusReason,
    alias,
    labels,
    isDefault,
    account,
    scopes,
    params,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
  };
}
