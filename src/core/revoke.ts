import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { changeRow, deleteRow, readRow } from "./connection-rows.js";
import { endAttempt, transition } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { withGrantLease } from "./grant-lease.js";
import type { OpenedRow } from "./opened-row.js";
import { changeSameGrant } from "./same-grant.js";
import { schemeContext } from "./scheme-context.js";

const REASON = "revoked by the host";

/** Ends a grant at the provider, where the scheme has a way to. */
async function endGrant(context: CoreContext, { row, grant }: OpenedRow): Promise<void> {
  const { scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  await scheme.revoke?.(await schemeContext(context, row, undefined), grant.credentials);
}

/** A row with its grant; null for a connection without credentials, which has nothing to end. */
async function grantedRow(context: CoreContext, row: ConnectionRow): Promise<OpenedRow | null> {
  if (row.connection.credentials === null) return null;
  return { row, grant: await context.opened.grant(row.connection) };
}

const revoked = (current: ConnectionRecord): Partial<ConnectionRecord> => ({
  status: transition(current.status, "revoked"),
  statusReason: REASON,
  credentials: null,
  expiresAt: null,
  attempt: endAttempt(current.attempt, REASON),
});

/**
 * Ends a connection's grant at the provider, then forgets it. No refresh runs meanwhile, and what a flow stores
 * meanwhile is ended as well: nothing is forgotten that still works.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`: nothing has changed then
 * @throws ConnectionStateError `TRANSITION_INVALID` when there is nothing to revoke
 */
export async function revokeConnection(context: CoreContext, key: ConnectionKey): Promise<ConnectionRecord> {
  const revokeOnce = async (): Promise<ConnectionRecord> => {
    const row = await readRow(context, key);
    transition(row.connection.status, "revoked");
    const opened = await grantedRow(context, row);
    if (opened !== null) await endGrant(context, opened);
    const { connection } =
      opened === null
        ? await changeRow(context, key, (current) => (current.credentials === null ? revoked(current) : null))
        : (await changeSameGrant(context, opened, revoked)).row;
    return connection.credentials === null ? connection : revokeOnce();
  };
  const connection = await withGrantLease(context, key.id, revokeOnce);
  context.opened.forget(key.id);
  return connection;
}

/**
 * Removes a connection after its grant was ended at the provider.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`: nothing has been removed then
 */
export async function revokeAndDelete(context: CoreContext, key: ConnectionKey): Promise<void> {
  await withGrantLease(context, key.id, async () => {
    const opened = await grantedRow(context, await readRow(context, key));
    if (opened !== null) await endGrant(context, opened);
    await deleteRow(context, key);
  });
}
