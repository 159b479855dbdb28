import { ConnectionStateError, StorageError } from "../errors.js";
import type { ConnectionRecord } from "../ports/storage.js";
import type { CoreContext } from "./context.js";

/** A connection's alias is unique per entity and app. */
export interface Alias {
  readonly entityId: string;
  readonly app: string;
  /** Null for none. */
  readonly alias: string | null;
}

/** The connection that is called so; null when none is. */
export async function connectionCalled(context: CoreContext, named: Alias): Promise<ConnectionRecord | null> {
  const { entityId, app, alias } = named;
  if (alias === null) return null;
  const { items } = await context.storage.connections.list({ entityId, app, alias, limit: 1, cursor: null });
  return items[0] ?? null;
}

/** Another connection is called so. */
export function aliasTaken({ entityId, app, alias, id, status }: ConnectionRecord): ConnectionStateError {
  return new ConnectionStateError(
    "CONNECTION_CONFLICT",
    `Entity "${entityId}" has a connection to "${app}" called "${alias}" already (${id}).`,
    {
      status,
      hint: "Reconnect that one with `connection.reconnect()`, or choose another `alias`.",
    },
  );
}

/**
 * Writes a connection; a storage that refuses because the alias is taken is understood.
 *
 * @throws ConnectionStateError `CONNECTION_CONFLICT` when another connection is called so
 */
export async function writeNamed<Value>(
  context: CoreContext,
  named: Alias & { readonly id: string },
  write: () => Promise<Value>,
): Promise<Value> {
  try {
    return await write();
  } catch (error) {
    const isConflict = error instanceof StorageError && error.code === "STORAGE_CONFLICT";
    const owner = isConflict ? await connectionCalled(context, named) : null;
    throw owner === null || owner.id === named.id ? error : aliasTaken(owner);
  }
}
