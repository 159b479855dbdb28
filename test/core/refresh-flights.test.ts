import { describe, expect, it } from "vitest";
import type { OpenedRow } from "../../src/core/opened-row.js";
import type { Refreshed, RefreshNeed } from "../../src/core/refresh-flights.js";
import { createRefreshFlights } from "../../src/core/refresh-flights.js";
import { deferred } from "../support/deferred.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";

const rowWith = (credentials: string): OpenedRow => ({
  row: { connection: { ...CONNECTION, credentials }, integration: INTEGRATION },
  grant: { credentials, obtainedAt: 0 },
});
const DUE: RefreshNeed = { kind: "due" };
const rejected = (credentials: string): RefreshNeed => ({ kind: "rejected", rejected: rowWith(credentials) });

/** Flights in which whatever is not the rejected grant is good. */
function setUp() {
  const begun: ReturnType<typeof deferred<Refreshed>>[] = [];
  const flights = createRefreshFlights(
    ({ grant }, need) => need.kind === "due" || grant.credentials !== need.rejected.grant.credentials,
  );
  const join = (need: RefreshNeed) =>
    flights.join("c1", need, () => {
      const flight = deferred<Refreshed>();
      begun.push(flight);
      return flight.promise;
    });
  return { flights, join, begun };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("refreshes of one connection in one process", () => {
  it("are one for all who need the same, and leave nothing behind", async () => {
    const { flights, join, begun } = setUp();
    const waiting = Promise.all([join(DUE), join(DUE), join(DUE)]);
    expect(flights.isUnderWay("c1")).toBe(true);
    await turn();
    expect(begun).toHaveLength(1);
    const newer = rowWith("newer");
    begun[0]?.resolve(newer);
    expect(await waiting).toEqual([newer, newer, newer]);
    expect(flights.isUnderWay("c1")).toBe(false);
  });

  it("share a failure, too", async () => {
    const { flights, join, begun } = setUp();
    const waiting = Promise.allSettled([join(rejected("old")), join(rejected("old"))]);
    await turn();
    begun[0]?.reject(new Error("away"));
    expect((await waiting).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(begun).toHaveLength(1);
    expect(flights.isUnderWay("c1")).toBe(false);
  });

  it("serve who needs something else, where they bring it", async () => {
    const { join, begun } = setUp();
    const due = join(DUE);
    const other = join(rejected("old"));
    await turn();
    begun[0]?.resolve(rowWith("newer"));
    expect((await other)?.grant.credentials).toBe("newer");
    await due;
    expect(begun).toHaveLength(1);
  });

  it("are followed by another for those they bring nothing, one at a time", async () => {
    const { join, begun } = setUp();
    const due = join(DUE);
    const others = Promise.all([join(rejected("old")), join(rejected("old"))]);
    await turn();
    // Due, but kept, since it still works.
    begun[0]?.resolve(rowWith("old"));
    await due;
    await turn();
    expect(begun).toHaveLength(2);
    begun[1]?.resolve(rowWith("newer"));
    expect((await others).map((row) => row?.grant.credentials)).toEqual(["newer", "newer"]);
  });

  it("are followed by another for those who waited for one that failed", async () => {
    const { join, begun } = setUp();
    const due = join(DUE).catch(() => "failed");
    const other = join(rejected("old"));
    await turn();
    begun[0]?.reject(new Error("away"));
    expect(await due).toBe("failed");
    await turn();
    begun[1]?.resolve(rowWith("newer"));
    expect((await other)?.grant.credentials).toBe("newer");
  });
});
