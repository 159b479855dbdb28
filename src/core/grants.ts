import type { Grant } from "../ports/auth-scheme.js";
import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import type { ChangeCause, ConnectionRow } from "./connection-rows.js";
import { changeRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import { destinationOf } from "./destination.js";
import { durably } from "./durably.js";

/** How long a storage that is away is waited for while someone waits for the answer. */
const PATIENCE_MS = 10_000;

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

/** How a change that must not be lost is made. */
export interface DurableChangeOptions {
  readonly cause?: ChangeCause | undefined;
  /** How long a storage that is away is waited for, in milliseconds. Default: 10,000. */
  readonly patienceMs?: number | undefined;
}

/**
 * `changeRow` for what must not be lost: a storage that is away is waited for.
 *
 * @throws StorageError when it stays away
 */
export function changeRowDurably(
  context: CoreContext,
  key: ConnectionKey,
  change: (current: ConnectionRecord) => Partial<ConnectionRecord> | null,
  { cause, patienceMs = PATIENCE_MS }: DurableChangeOptions = {},
): Promise<ConnectionRow> {
  const options = { patienceMs, connectionId: key.id, what: "storing credentials" };
  return durably(context, options, () => changeRow(context, key, change, cause));
}
