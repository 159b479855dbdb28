import { ConnectionStateError } from "../errors.js";
import type { AttemptRecord, ConnectionStatus } from "../ports/storage.js";

/** What can happen to a connection. */
export type ConnectionEvent = "connected" | "failed" | "expired" | "revoked" | "disabled" | "enabled";

/** The whole life of a connection: from, what happens, to. What is not here cannot happen. */
const TRANSITIONS: Readonly<Record<ConnectionStatus, Partial<Record<ConnectionEvent, ConnectionStatus>>>> = {
  INITIATED: { connected: "ACTIVE", failed: "FAILED", expired: "EXPIRED" },
  ACTIVE: { connected: "ACTIVE", expired: "EXPIRED", revoked: "REVOKED", disabled: "INACTIVE" },
  INACTIVE: { connected: "ACTIVE", expired: "EXPIRED", revoked: "REVOKED", enabled: "ACTIVE" },
  EXPIRED: { connected: "ACTIVE", revoked: "REVOKED" },
  REVOKED: { connected: "ACTIVE" },
  FAILED: { connected: "ACTIVE" },
};

/** The status after an event, or null when the event cannot happen in this status. */
export function nextStatus(status: ConnectionStatus, event: ConnectionEvent): ConnectionStatus | null {
  return TRANSITIONS[status][event] ?? null;
}

const INSTEAD: Readonly<Record<ConnectionEvent, string>> = {
  connected: "",
  failed: "",
  expired: "",
  revoked: "Delete the connection to remove it.",
  disabled: "Only ACTIVE connections can be disabled.",
  enabled: "Only INACTIVE connections can be enabled; call `connection.reconnect()` for any other.",
};

/**
 * The status after an event.
 *
 * @throws ConnectionStateError `TRANSITION_INVALID` when the event cannot happen in this status
 */
export function transition(status: ConnectionStatus, event: ConnectionEvent): ConnectionStatus {
  const next = nextStatus(status, event);
  if (next !== null) return next;
  throw new ConnectionStateError("TRANSITION_INVALID", `A connection that is ${status} cannot be ${event}.`, {
    status,
    ...(INSTEAD[event] === "" ? {} : { hint: INSTEAD[event] }),
  });
}

/** A flow that waits for the browser must not bring back what the host has stopped: it has failed. */
export function endAttempt(attempt: AttemptRecord | null, reason: string): AttemptRecord | null {
  return attempt?.status === "INITIATED" ? endedAttempt(attempt, { status: "FAILED", reason }) : attempt;
}

/** An attempt that waits no longer: what a device flow is asked about with goes. */
export function endedAttempt(
  { device: _device, ...attempt }: AttemptRecord,
  outcome: Pick<AttemptRecord, "status" | "reason">,
): AttemptRecord {
  return { ...attempt, ...outcome };
}
