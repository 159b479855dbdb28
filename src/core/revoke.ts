import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { changeRow, deleteRow, readRow } from "./connection-rows.js";
import { endAttempt, transition } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { withGrantLease } from "./lease.js";
import { schemeContext } from "./scheme-context.js";

const REASON = "revoked by the host";

/** Ends a grant at the provider, where the scheme has a way to. A connection without credentials has nothing to end. */
async function endGrant(context: CoreContext, row: ConnectionRow): Promise<void> {
  if (row.connection.credentials === null) return;
  const { scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  const { credentials } = await context.opened.grant(row.connection);
  await scheme.revoke?.(await schemeContext(context, row, undefined), credentials);
}

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
    await endGrant(context, row);
    const { connection } = await changeRow(context, key, (current) => {
      if (current.credentials !== row.connection.credentials) return null;
      return {
        status: transition(current.status, "revoked"),
        statusReason: REASON,
        credentials: null,
        expiresAt: null,
        attempt: endAttempt(current.attempt, REASON),
      };
    });
    return connection.credentials === null ? connection : revokeOnce();
  };
  const revoked = await withGrantLease(context, key.id, revokeOnce);
  context.opened.forget(key.id);
  return revoked;
}

/**
 * Removes a connection after its grant was ended at the provider.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`: nothing has been removed then
 */
export async function revokeAndDelete(context: CoreContext, key: ConnectionKey): Promise<void> {
  await withGrantLease(context, key.id, async () => {
    await endGrant(context, await readRow(context, key));
    await deleteRow(context, key);
  });
}
