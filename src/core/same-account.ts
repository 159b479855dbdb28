import type { ConnectionAccount, ConnectionRecord } from "../ports/storage.js";
import type { ConnectionMarks } from "./attempt.js";
import { listRows } from "./connection-rows.js";
import type { CoreContext } from "./context.js";

/** A connection that is being made, as far as it decides which account it is. */
type Made = Pick<ConnectionRecord, "id" | "entityId" | "app" | "integrationId" | "alias" | "params">;

/**
 * The connection through the same integration that the entity has to the same account already; null when there is none,
 * when the host wants each kept, or when both have names of their own. One the host has disabled stays so.
 *
 * @param passedOver ids of those that were found before, and stopped before they could be written
 */
export async function connectionOfAccount(
  context: CoreContext,
  made: Made,
  account: ConnectionAccount | null | undefined,
  passedOver: ReadonlySet<string>,
): Promise<ConnectionRecord | null> {
  if (context.sameAccount === "add" || account === null || account === undefined) return null;
  const { entityId, app } = made;
  // The same person at another site is another account of theirs.
  const places = context.apps.get(app).connectionParams.map(({ name }) => name);
  const twins = (await listRows(context, { entityId, app })).filter(
    (row) =>
      row.id !== made.id &&
      !passedOver.has(row.id) &&
      row.integrationId === made.integrationId &&
      row.account?.id === account.id &&
      places.every((name) => row.params[name] === made.params[name]) &&
      row.status !== "INACTIVE" &&
      (row.alias === null || made.alias === null),
  );
  return twins.find(({ status }) => status === "ACTIVE") ?? twins[0] ?? null;
}

/** Whether the host has stopped a connection since it was read: what is under way must not bring it back. */
export function isStoppedSince(read: ConnectionRecord, current: ConnectionRecord): boolean {
  const isStopped = current.status === "INACTIVE" || current.status === "REVOKED";
  return isStopped && current.status !== read.status;
}

/** What the host says of both: nothing it said is lost. */
export function unitedMarks(existing: ConnectionMarks, added: ConnectionMarks): ConnectionMarks {
  return {
    labels: [...new Set([...existing.labels, ...added.labels])],
    alias: existing.alias ?? added.alias,
    isDefault: existing.isDefault || added.isDefault,
  };
}
