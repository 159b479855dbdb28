import { ConnectionStateError, NoItemsFoundError } from "../errors.js";
import type { ConnectionRecord } from "../ports/storage.js";
import { listRows, readRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";

/** Which of an entity's connections is meant. */
export interface ConnectionChoice {
  readonly entityId: string;
  readonly app?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly alias?: string | undefined;
  readonly integrationId?: string | undefined;
  readonly authScheme?: string | undefined;
  /** Whether several that fit are an error instead of a choice. */
  readonly strict: boolean;
}

/** Those whose integration is enabled; all when none is, so that what is said of them is that. */
async function executable(
  context: CoreContext,
  found: readonly ConnectionRecord[],
): Promise<readonly ConnectionRecord[]> {
  const ids = [...new Set(found.map(({ integrationId }) => integrationId))];
  if (ids.length < 2) return found;
  const integrations = await Promise.all(ids.map((id) => context.storage.integrations.get(id)));
  const disabled = new Set(integrations.flatMap((each) => (each?.enabled === false ? [each.id] : [])));
  const enabled = found.filter(({ integrationId }) => !disabled.has(integrationId));
  return enabled.length === 0 ? found : enabled;
}

/**
 * The connection that is meant: by id, else by alias, else the default one, else the newest ACTIVE; through an enabled
 * integration where there is one. Null when there is none.
 *
 * @throws NoItemsFoundError when the id is not this entity's
 * @throws ConnectionStateError `CONNECTION_AMBIGUOUS` when `strict` and several fit
 */
export async function selectConnection(
  context: CoreContext,
  choice: ConnectionChoice,
): Promise<ConnectionRecord | null> {
  const { entityId, app, connectionId, alias, strict } = choice;
  if (connectionId !== undefined) {
    const { connection } = await readRow(context, { id: connectionId, entityId });
    const fits =
      (app === undefined || connection.app === app) && (alias === undefined || connection.alias === alias);
    if (fits) return connection;
    throw new NoItemsFoundError("connection", `Connection ${connectionId} is to "${connection.app}".`, {
      hint: "Leave out what does not fit, or name another connection.",
    });
  }
  const { integrationId, authScheme } = choice;
  const found = await listRows(context, {
    entityId,
    ...(integrationId === undefined ? {} : { integrationId }),
    ...(app === undefined ? {} : { app }),
    ...(alias === undefined ? { status: "ACTIVE" as const } : { alias }),
  });
  const fitting = found.filter((row) => authScheme === undefined || row.authScheme === authScheme);
  const rows = alias === undefined ? await executable(context, fitting) : fitting;
  const defaults = rows.filter(({ isDefault }) => isDefault);
  const [chosen] = defaults.length > 0 ? defaults : rows;
  const ambiguous = defaults.length > 0 ? defaults.length > 1 : rows.length > 1;
  if (strict && ambiguous) {
    throw new ConnectionStateError(
      "CONNECTION_AMBIGUOUS",
      `Entity "${entityId}" has ${rows.length} connections that fit: ${rows.map(({ id }) => id).join(", ")}.`,
      {
        hint: "Name one by `connectionId` or `alias`, or make one the default with `connection.update({ isDefault: true })`.",
      },
    );
  }
  return chosen ?? null;
}
