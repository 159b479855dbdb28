import type { ConnectionRecord } from "../ports/storage.js";

/**
 * Where a connection's credentials go, as one text: the app, the scheme, and the params that fill its URLs. Sealed with
 * the credentials, so that a row changed by hand cannot send them elsewhere.
 */
export function destinationOf({
  app,
  authScheme,
  params,
}: Pick<ConnectionRecord, "app" | "authScheme" | "params">): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([app, authScheme, sorted]);
}
