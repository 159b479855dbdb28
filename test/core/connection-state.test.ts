import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConnectionEvent } from "../../src/core/connection-state.js";
import { nextStatus, transition } from "../../src/core/connection-state.js";
import type { ConnectionStatus } from "../../src/ports/storage.js";
import { caught } from "../support/actions.js";

const EVENTS = [
  "connected",
  "failed",
  "expired",
  "revoked",
  "disabled",
  "enabled",
] as const satisfies readonly ConnectionEvent[];
const STATUSES = [
  "INITIATED",
  "ACTIVE",
  "INACTIVE",
  "EXPIRED",
  "REVOKED",
  "FAILED",
] as const satisfies readonly ConnectionStatus[];

/** What every event makes of every status, in the order of EVENTS; null where it cannot happen. */
const TABLE: Readonly<Record<ConnectionStatus, readonly (ConnectionStatus | null)[]>> = {
  INITIATED: ["ACTIVE", "FAILED", "EXPIRED", null, null, null],
  ACTIVE: ["ACTIVE", null, "EXPIRED", "REVOKED", "INACTIVE", null],
  INACTIVE: ["ACTIVE", null, "EXPIRED", "REVOKED", null, "ACTIVE"],
  EXPIRED: ["ACTIVE", null, null, "REVOKED", null, null],
  REVOKED: ["ACTIVE", null, null, null, null, null],
  FAILED: ["ACTIVE", null, null, null, null, null],
};
const CELLS = STATUSES.flatMap((status) =>
  EVENTS.map((event, index) => ({ status, event, next: TABLE[status][index] ?? null })),
);

describe("a connection's status", () => {
  it.each(CELLS.filter(({ next }) => next !== null))(
    "$status, $event, is $next",
    ({ status, event, next }) => {
      expect(nextStatus(status, event)).toBe(next);
      expect(transition(status, event)).toBe(next);
    },
  );

  it.each(CELLS.filter(({ next }) => next === null))("$status cannot be $event", ({ status, event }) => {
    expect(nextStatus(status, event)).toBeNull();
    expect(caught(() => transition(status, event))).toMatchObject({
      name: "ConnectionStateError",
      code: "TRANSITION_INVALID",
      status,
      message: expect.stringContaining(`is ${status} cannot be ${event}`),
    });
  });

  it("never leaves the table, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...EVENTS), { maxLength: 50 }), (events) => {
        let status: ConnectionStatus = "INITIATED";
        for (const event of events) {
          const next = nextStatus(status, event);
          expect(next).toBe(TABLE[status][EVENTS.indexOf(event)] ?? null);
          // Nothing waits for the browser twice; only a new attempt of its own does.
          expect(next).not.toBe("INITIATED");
          status = next ?? status;
        }
        expect(STATUSES).toContain(status);
        // There is a way back from everywhere.
        expect(nextStatus(status, "connected")).toBe("ACTIVE");
      }),
    );
  });
});
