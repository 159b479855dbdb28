import type { ConnectionKey } from "../ports/storage.js";
import { readRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import { schemeContext } from "./scheme-context.js";

/**
 * Ends a grant at the provider, where the scheme has a way to. A connection without credentials has nothing to end.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`
 */
export async function revokeAtProvider(context: CoreContext, key: ConnectionKey): Promise<void> {
  const row = await readRow(context, key);
  if (row.connection.credentials === null) return;
  const { scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  const { credentials } = await context.opened.grant(row.connection);
  await scheme.revoke?.(await schemeContext(context, row, undefined), credentials);
}
