import type { ConnectionKey } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { assertExecutable, readRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import type { OpenedRow } from "./opened-row.js";
import { openRow } from "./opened-row.js";
import { isDue } from "./refresh-policy.js";

function isRefreshDue(context: CoreContext, { row, grant }: OpenedRow): boolean {
  const { app, authScheme, expiresAt } = row.connection;
  const { scheme, settings } = context.apps.scheme(app, authScheme);
  const margin = scheme.refreshMarginMs?.(settings) ?? null;
  return isDue({ obtainedAt: grant.obtainedAt, expiresAt }, margin, context.runtime.clock.now());
}

/**
 * Opens a connection to send a request with: as it is stored, or as it was read lately where the host has asked for
 * that. What is due then is read again first, since another process may have refreshed it.
 *
 * @throws NoItemsFoundError, ConnectionStateError, CipherError, StorageError
 */
export async function openForRequest(context: CoreContext, key: ConnectionKey): Promise<OpenedRow> {
  const { rows, opened } = context;
  if (rows === null) return openRow(context, key);
  const open = async (row: ConnectionRow): Promise<OpenedRow> => ({
    row,
    grant: await opened.grant(row.connection),
  });
  const known = rows.get(key);
  const held = known === null ? null : await open(known);
  if (held !== null && !isRefreshDue(context, held)) return held;
  const row = await rows.read(key, async () => {
    const found = await readRow(context, key);
    assertExecutable(found);
    return found;
  });
  return open(row);
}
