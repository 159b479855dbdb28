import type { ConnectionKey } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { assertExecutable, readRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import type { OpenedGrant } from "./opened-cache.js";

/** A row with its credentials opened. */
export interface OpenedRow {
  readonly row: ConnectionRow;
  readonly grant: OpenedGrant;
}

/**
 * Reads a connection that may execute, and opens its credentials.
 *
 * @throws NoItemsFoundError, ConnectionStateError, CipherError, StorageError
 */
export async function openRow(context: CoreContext, key: ConnectionKey): Promise<OpenedRow> {
  const row = await readRow(context, key);
  assertExecutable(row);
  return { row, grant: await context.opened.grant(row.connection) };
}

/** The key of an opened row. */
export function keyOf({ row }: OpenedRow): ConnectionKey {
  return { id: row.connection.id, entityId: row.connection.entityId };
}
