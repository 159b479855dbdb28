import { StorageError } from "../errors.js";
import type { Grant } from "../ports/auth-scheme.js";
import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { changeRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import { destinationOf } from "./destination.js";

/** A rotated token that is not written down is lost: a storage failure is tried this often before giving up. */
const WRITE_ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

/** What a grant changes in a record: the sealed credentials and all that is known from the provider's answer. */
export type GrantFields = Pick<ConnectionRecord, "credentials" | "expiresAt" | "params"> &
  Partial<Pick<ConnectionRecord, "scopes" | "account">>;

/** Seals a grant for one row, and for where that row says it goes. */
export async function sealGrant(
  context: CoreContext,
  options: {
    readonly key: ConnectionKey;
    readonly app: string;
    readonly authScheme: string;
    readonly params: Readonly<Record<string, string>>;
    readonly grant: Grant<unknown>;
  },
): Promise<GrantFields> {
  const { key, app, authScheme, grant } = options;
  const { scheme } = context.apps.scheme(app, authScheme);
  const params = { ...options.params, ...grant.params };
  const { credentials } = grant;
  const obtainedAt = context.runtime.clock.now();
  const sealed = await context.vault.seal(
    { credentials, obtainedAt, destination: destinationOf({ app, authScheme, params }) },
    { table: "connections", id: key.id, entityId: key.entityId },
  );
  return {
    credentials: sealed,
    expiresAt: scheme.expiresAt?.(grant.credentials)?.getTime() ?? null,
    ...(grant.scopes === undefined ? {} : { scopes: grant.scopes }),
    params,
    ...(grant.account === undefined ? {} : { account: grant.account }),
  };
}

/**
 * `changeRow` for what must not be lost: a storage that is gone for a moment is tried again.
 *
 * @throws StorageError when it stays away
 */
export async function changeRowDurably(
  context: CoreContext,
  key: ConnectionKey,
  change: (current: ConnectionRecord) => Partial<ConnectionRecord> | null,
): Promise<ConnectionRow> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await changeRow(context, key, change);
    } catch (error) {
      const mayPass = error instanceof StorageError && error.code === "STORAGE_FAILED";
      if (!mayPass || attempt === WRITE_ATTEMPTS) throw error;
      context.runtime.logger.warn("storing credentials failed, trying again", {
        connectionId: key.id,
        attempt,
      });
      await context.runtime.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    }
  }
}
