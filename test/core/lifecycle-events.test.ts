import { describe, expect, it } from "vitest";
import { happenings } from "../../src/core/lifecycle-events.js";
import type { AttemptRecord, ConnectionRecord } from "../../src/ports/storage.js";
import { CONNECTION } from "../support/records.js";

const attempt: AttemptRecord = { id: "attempt-1", status: "INITIATED", reason: null, expiresAt: 1 };
const connection = (fields: Partial<ConnectionRecord> = {}): ConnectionRecord => ({
  ...CONNECTION,
  status: "ACTIVE",
  statusReason: null,
  credentials: "sealed-1",
  attempt: null,
  ...fields,
});
const types = (...args: Parameters<typeof happenings>) => happenings(...args).map(({ type }) => type);

describe("what happened to a connection", () => {
  it.each([
    ["made with credentials", null, connection(), ["connection.active"]],
    ["made, waiting for the browser", null, connection({ status: "INITIATED", attempt }), []],
    [
      "connected in the browser",
      connection({ status: "INITIATED", credentials: null, attempt }),
      connection({ attempt: { ...attempt, status: "ACTIVE" } }),
      ["connection.active"],
    ],
    [
      "reconnected while it worked",
      connection(),
      connection({ credentials: "sealed-2" }),
      ["connection.active"],
    ],
    ["enabled again", connection({ status: "INACTIVE" }), connection(), ["connection.active"]],
    ["disabled", connection(), connection({ status: "INACTIVE" }), []],
    ["renamed", connection(), connection({ alias: "work" }), []],
    ["expired", connection(), connection({ status: "EXPIRED" }), ["connection.expired"]],
    [
      "revoked with a reconnect under way",
      connection({ attempt }),
      connection({ status: "REVOKED", credentials: null, attempt: { ...attempt, status: "FAILED" } }),
      ["connection.revoked", "flow.failed"],
    ],
    [
      "refused at its first connect",
      connection({ status: "INITIATED", credentials: null, attempt }),
      connection({ status: "FAILED", credentials: null, attempt: { ...attempt, status: "FAILED" } }),
      ["flow.failed"],
    ],
    [
      "connected too late",
      connection({ status: "INITIATED", credentials: null, attempt }),
      connection({ status: "EXPIRED", credentials: null, attempt: { ...attempt, status: "EXPIRED" } }),
      ["flow.failed"],
    ],
    [
      "refused at a reconnect while it works",
      connection({ attempt }),
      connection({ attempt: { ...attempt, status: "FAILED" } }),
      ["flow.failed"],
    ],
    [
      "given a new attempt after a failed one",
      connection({ attempt: { ...attempt, status: "FAILED" } }),
      connection({ attempt: { ...attempt, id: "attempt-2" } }),
      [],
    ],
    ["deleted", connection(), null, ["connection.deleted"]],
    ["deleted when it was not there", null, null, []],
  ] as const)("%s", (_what, before, after, expected) => {
    expect(types(before, after, "change")).toEqual(expected);
  });

  it("tells a refresh from new credentials of the user", () => {
    const renewed = connection({ credentials: "sealed-2" });
    expect(types(connection(), renewed, "refresh")).toEqual(["connection.refreshed"]);
    expect(types(connection({ status: "EXPIRED" }), renewed, "refresh")).toEqual([
      "connection.refreshed",
      "connection.active",
    ]);
  });

  it("gives the reason of the status, and that of the attempt", () => {
    const after = connection({
      status: "EXPIRED",
      statusReason: "invalid_grant",
      attempt: { ...attempt, status: "FAILED", reason: "access_denied" },
    });
    expect(happenings(connection({ attempt }), after, "change")).toEqual([
      { type: "connection.expired", reason: "invalid_grant" },
      { type: "flow.failed", reason: "access_denied" },
    ]);
  });
});
