import type { ConnectionRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import type { DurableChangeOptions } from "./grants.js";
import { changeRowDurably } from "./grants.js";
import type { OpenedGrant } from "./opened-cache.js";
import type { OpenedRow } from "./opened-row.js";
import { keyOf } from "./opened-row.js";

/** Whether two values were sealed from one grant: the ciphertext alone changes when encryption keys are rotated. */
export function isSameGrant(one: OpenedGrant, other: OpenedGrant): boolean {
  if (one === other) return true;
  const isAsOld = one.obtainedAt === other.obtainedAt;
  return isAsOld && JSON.stringify(one.credentials) === JSON.stringify(other.credentials);
}

/**
 * Changes a row only while it holds the grant that was opened, under whatever key it is sealed by now. `replaced` says
 * that it holds another: newer tokens are never overwritten (R3), nor judged by what became of older ones (R4).
 *
 * @throws NoItemsFoundError when the row is gone, StorageError when the storage stays away
 */
export async function changeSameGrant(
  context: CoreContext,
  opened: OpenedRow,
  change: (current: ConnectionRecord) => Partial<ConnectionRecord> | null,
  options: DurableChangeOptions = {},
): Promise<{ readonly row: ConnectionRow; readonly replaced: boolean }> {
  const known = new Set([opened.row.connection.credentials]);
  for (;;) {
    let replaced = false;
    const changeKnown = (current: ConnectionRecord) => {
      replaced = !known.has(current.credentials);
      return replaced ? null : change(current);
    };
    const row = await changeRowDurably(context, keyOf(opened), changeKnown, options);
    const { credentials } = row.connection;
    if (!replaced || credentials === null) return { row, replaced };
    if (!isSameGrant(await context.opened.grant(row.connection), opened.grant)) return { row, replaced };
    known.add(credentials);
  }
}
