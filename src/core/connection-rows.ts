import { ConnectionStateError, NoItemsFoundError } from "../errors.js";
import type {
  ConnectionKey,
  ConnectionQuery,
  ConnectionRecord,
  IntegrationRecord,
} from "../ports/storage.js";
import type { CoreContext } from "./context.js";

/** A connection with its integration, as one read returns them. */
export interface ConnectionRow {
  readonly connection: ConnectionRecord;
  readonly integration: IntegrationRecord;
}

/** What a change comes from, where the record cannot tell: `refresh` renews what was granted. */
export type ChangeCause = "change" | "refresh";

/** How often a lost compare-and-swap is tried again: each loss means that another writer won. */
const MAX_SWAPS = 50;
const PAGE_SIZE = 200;

const isOwned = (record: ConnectionRecord, entityId: string): boolean => record.entityId === entityId;

/** @throws NoItemsFoundError `CONNECTION_NOT_FOUND`, for another entity's connection too */
export async function readRow(context: CoreContext, key: ConnectionKey): Promise<ConnectionRow> {
  const row = await context.storage.connections.get(key);
  // Some databases compare text without regard to case, accents or trailing spaces: only the very owner is the owner.
  if (row !== null && isOwned(row.connection, key.entityId) && row.connection.id === key.id) return row;
  context.opened.forget(key.id);
  throw new NoItemsFoundError("connection", `Entity "${key.entityId}" has no connection ${key.id}.`, {
    hint: "List what it has with `entity.getConnections()`.",
  });
}

/** A disabled integration connects nobody and executes nothing. @throws ConnectionStateError `INTEGRATION_DISABLED` */
export function assertIntegrationEnabled({ connection, integration }: ConnectionRow): void {
  if (integration.enabled) return;
  throw new ConnectionStateError(
    "INTEGRATION_DISABLED",
    `Integration ${integration.id} of "${integration.app}" is disabled.`,
    {
      status: connection.status,
      hint: "Call `integration.enable()`.",
    },
  );
}

/** Only ACTIVE connections of enabled integrations execute. @throws ConnectionStateError */
export function assertExecutable(row: ConnectionRow): void {
  const { id, app, status, statusReason } = row.connection;
  if (status !== "ACTIVE") {
    throw new ConnectionStateError(
      "CONNECTION_NOT_ACTIVE",
      `Connection ${id} to "${app}" is ${status}${statusReason === null ? "" : ` (${statusReason})`}.`,
      {
        status,
        hint: status === "INACTIVE" ? "Call `connection.enable()`." : "Call `connection.reconnect()`.",
      },
    );
  }
  assertIntegrationEnabled(row);
}

/**
 * Changes a connection by compare-and-swap, reading again whenever another writer was faster. `change` sees the newest
 * record and returns the fields to replace, or null to leave it.
 *
 * @throws NoItemsFoundError when it is gone
 * @throws ConnectionStateError `CONNECTION_CONFLICT` when other writers never let this one through
 */
export async function changeRow(
  context: CoreContext,
  key: ConnectionKey,
  change: (current: ConnectionRecord) => Partial<ConnectionRecord> | null,
  cause: ChangeCause = "change",
): Promise<ConnectionRow> {
  for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
    const { connection, integration } = await readRow(context, key);
    const changed = change(connection);
    if (changed === null) return { connection, integration };
    const next: ConnectionRecord = {
      ...connection,
      ...changed,
      version: connection.version + 1,
      updatedAt: context.runtime.clock.now(),
    };
    const events = context.events.draft(connection, next, cause);
    if (await context.storage.connections.compareAndSwap(next, connection.version, events)) {
      context.events.publish(events);
      return { connection: next, integration };
    }
  }
  throw new ConnectionStateError(
    "CONNECTION_CONFLICT",
    `Connection ${key.id} is being changed by others all the time.`,
    {
      retryable: true,
    },
  );
}

/** Stores a new connection. @throws StorageError `STORAGE_CONFLICT` when its alias is taken */
export async function insertRow(context: CoreContext, record: ConnectionRecord): Promise<void> {
  const events = context.events.draft(null, record);
  await context.storage.connections.insert(record, events);
  context.events.publish(events);
}

/** Removes a connection with its flows. One that is not there is no error. */
export async function deleteRow(context: CoreContext, key: ConnectionKey): Promise<void> {
  const { connections } = context.storage;
  // Read for the host's hook alone: it is told what the connection was.
  const row = context.events.wants("connection.deleted") ? await connections.get(key) : null;
  const events = context.events.draft(row?.connection ?? null, null);
  if (await connections.delete(key, events)) context.events.publish(events);
  context.opened.forget(key.id);
}

/** All of an entity's connections that match, newest first. */
export async function listRows(
  context: CoreContext,
  query: Omit<ConnectionQuery, "limit" | "cursor">,
): Promise<readonly ConnectionRecord[]> {
  const found: ConnectionRecord[] = [];
  let cursor: string | null = null;
  do {
    const page = await context.storage.connections.list({ ...query, limit: PAGE_SIZE, cursor });
    found.push(...page.items.filter((record) => isOwned(record, query.entityId)));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}
