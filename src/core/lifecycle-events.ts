import type { ConnectionRecord, LifecycleEventType } from "../ports/storage.js";
import type { ChangeCause } from "./connection-rows.js";

/** What is to be told of a write. */
export interface Happening {
  readonly type: LifecycleEventType;
  readonly reason: string | null;
}

/** Reads from a record, before and after a write, what happened to the connection; null stands for no record. */
export function happenings(
  before: ConnectionRecord | null,
  after: ConnectionRecord | null,
  cause: ChangeCause,
): readonly Happening[] {
  if (after === null) return before === null ? [] : [{ type: "connection.deleted", reason: null }];
  const found: Happening[] = [];
  if (cause === "refresh" && before?.credentials !== after.credentials) {
    found.push({ type: "connection.refreshed", reason: null });
  }
  const changed = statusEvent(before, after, cause);
  if (changed !== null) found.push({ type: changed, reason: after.statusReason });
  const { attempt } = after;
  const isOver = attempt?.status === "FAILED" || attempt?.status === "EXPIRED";
  if (isOver && before?.attempt?.id === attempt.id && before.attempt.status === "INITIATED") {
    found.push({ type: "flow.failed", reason: attempt.reason });
  }
  return found;
}

function statusEvent(
  before: ConnectionRecord | null,
  after: ConnectionRecord,
  cause: ChangeCause,
): LifecycleEventType | null {
  const moved = before?.status !== after.status;
  switch (after.status) {
    case "ACTIVE": {
      // New credentials for what worked already: the user has reconnected.
      const replaced = cause === "change" && before?.credentials !== after.credentials;
      return moved || replaced ? "connection.active" : null;
    }
    case "EXPIRED":
      // What never worked has not expired: its flow has failed.
      return moved && before?.status !== "INITIATED" ? "connection.expired" : null;
    case "REVOKED":
      return moved ? "connection.revoked" : null;
    default:
      return null;
  }
}
