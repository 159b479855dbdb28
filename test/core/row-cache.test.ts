import { fakeClock } from "mooring/testing";
import { describe, expect, it } from "vitest";
import type { ConnectionRow } from "../../src/core/connection-rows.js";
import { createRowCache } from "../../src/core/row-cache.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";

const rowOf = (id: string, entityId = "user_1"): ConnectionRow => ({
  connection: { ...CONNECTION, id, entityId },
  integration: INTEGRATION,
});
const KEY = { id: "c-1", entityId: "user_1" };
const ROW = rowOf("c-1");

function setUp() {
  const clock = fakeClock();
  return { clock, rows: createRowCache({ maxAgeMs: 1_000, now: () => clock.now() }) };
}

/** A read that ends when the test says so. */
function slowRead() {
  const { promise, resolve, reject } = withResolvers();
  return { read: () => promise, resolve, reject };
}

function withResolvers() {
  let resolve: (row: ConnectionRow) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<ConnectionRow>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

describe("a row that was read", () => {
  it("is there until its time is up, counted from when the read began", async () => {
    const { clock, rows } = setUp();
    expect(rows.get(KEY)).toBeNull();
    const slow = slowRead();
    const reading = rows.read(KEY, slow.read);
    await clock.advance(400);
    slow.resolve(ROW);
    expect(await reading).toBe(ROW);
    await clock.advance(599);
    expect(rows.get(KEY)).toBe(ROW);
    await clock.advance(1);
    expect(rows.get(KEY)).toBeNull();
  });

  it("is one entity's alone, whatever its id is made of", async () => {
    const { rows } = setUp();
    await rows.read({ id: "a b", entityId: "c" }, async () => rowOf("a b", "c"));
    expect(rows.get({ id: "a b", entityId: "c" })).not.toBeNull();
    for (const key of [
      { id: "a b", entityId: "d" },
      { id: "a", entityId: "b c" },
      { id: "a b c", entityId: "" },
      { id: "A B", entityId: "c" },
    ]) {
      expect(rows.get(key)).toBeNull();
    }
  });

  it("is gone once it was changed, the others are not", async () => {
    const { rows } = setUp();
    const other = { id: "c-2", entityId: "user_1" };
    await rows.read(KEY, async () => ROW);
    await rows.read(other, async () => rowOf("c-2"));
    rows.forget(KEY);
    expect(rows.get(KEY)).toBeNull();
    expect(rows.get(other)).not.toBeNull();
    rows.clear();
    expect(rows.get(other)).toBeNull();
  });

  it("is pushed out when there are too many", async () => {
    const { rows } = setUp();
    const key = (index: number) => ({ id: `c-${index}`, entityId: "user_1" });
    for (let index = 0; index < 5_000; index += 1) {
      await rows.read(key(index), async () => rowOf(`c-${index}`));
    }
    const kept = Array.from({ length: 5_000 }, (_, index) => rows.get(key(index))).filter(Boolean);
    expect(kept.length).toBeGreaterThanOrEqual(500);
    expect(kept.length).toBeLessThanOrEqual(1_000);
  });
});

describe("a row that is being read", () => {
  it("is read once for all who ask meanwhile", async () => {
    const { rows } = setUp();
    let reads = 0;
    const read = async () => {
      reads += 1;
      return ROW;
    };
    await Promise.all([rows.read(KEY, read), rows.read(KEY, read), rows.read(KEY, read)]);
    expect(reads).toBe(1);
  });

  it("is not shared with another entity", async () => {
    const { rows } = setUp();
    const slow = slowRead();
    const reading = rows.read(KEY, slow.read);
    const foreign = rows.read({ id: "c-1", entityId: "mallory" }, async () => {
      throw new Error("no such connection");
    });
    await expect(foreign).rejects.toThrow("no such connection");
    slow.resolve(ROW);
    expect(await reading).toBe(ROW);
  });

  it.each(["forget", "clear"] as const)("is neither kept nor joined any more after %s()", async (how) => {
    const { rows } = setUp();
    const before = slowRead();
    const reading = rows.read(KEY, before.read);
    if (how === "clear") rows.clear();
    else rows.forget(KEY);
    const newer = rowOf("c-1");
    const again = rows.read(KEY, async () => newer);
    before.resolve(ROW);
    expect(await reading).toBe(ROW);
    expect(await again).toBe(newer);
    expect(rows.get(KEY)).toBe(newer);
  });

  it("is forgotten when the read fails: the next one reads again", async () => {
    const { rows } = setUp();
    const slow = slowRead();
    const reading = rows.read(KEY, slow.read);
    slow.reject(new Error("away"));
    await expect(reading).rejects.toThrow("away");
    expect(rows.get(KEY)).toBeNull();
    expect(await rows.read(KEY, async () => ROW)).toBe(ROW);
    expect(rows.get(KEY)).toBe(ROW);
  });
});
