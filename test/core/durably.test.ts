import { CipherError, StorageError } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it } from "vitest";
import { durably, isStorageAway } from "../../src/core/durably.js";
import { memoryStorage } from "../../src/storage/memory.js";
import { toolsetDomain } from "../../src/toolset-domain.js";

const failure = (retryable: boolean) =>
  new StorageError("STORAGE_FAILED", "No.", { adapter: "test", operation: "connections.get", retryable });

/** Work that fails so many times, and how often it was tried. */
function setUp(failures: number, error: unknown) {
  const clock = fakeClock();
  const context = toolsetDomain({ storage: memoryStorage(), clock });
  let tries = 0;
  const settled = Promise.allSettled([
    durably(context, { patienceMs: 60_000, connectionId: "c1", what: "storing" }, async () => {
      tries += 1;
      if (tries <= failures) throw error;
      return "stored";
    }),
  ]);
  return {
    async outcome(): Promise<unknown> {
      for (let second = 0; second < 120; second += 1) await clock.advance(1_000);
      const [result] = await settled;
      return result.status === "fulfilled" ? result.value : result.reason;
    },
    tries: () => tries,
  };
}

describe("work that must not be lost", () => {
  it("is tried for as long as a storage is away, more often than once in half a second", async () => {
    const { outcome, tries } = setUp(100, failure(true));
    expect(await outcome()).toBe("stored");
    expect(tries()).toBe(101);
  });

  it("fails as the storage does when that stays away", async () => {
    const error = failure(true);
    const { outcome, tries } = setUp(Number.POSITIVE_INFINITY, error);
    expect(await outcome()).toBe(error);
    expect(tries()).toBeGreaterThan(120);
  });

  it("is tried again when nothing comes back for ten seconds", async () => {
    const clock = fakeClock();
    const context = toolsetDomain({ storage: memoryStorage(), clock });
    const tries: string[] = [];
    const options = { patienceMs: 60_000, connectionId: "c1", what: "storing" };
    const stored = durably(context, options, () => {
      tries.push("try");
      return tries.length === 1 ? new Promise(() => {}) : Promise.resolve("stored");
    });
    await clock.advance(10_000);
    await clock.advance(1_000);
    expect(await stored).toBe("stored");
    expect(tries).toHaveLength(2);
  });

  it("is tried five times when nobody knows whether the failure passes: a read-only database, a vault's own", async () => {
    for (const error of [failure(false), new Error("the key service says no")]) {
      const { outcome, tries } = setUp(Number.POSITIVE_INFINITY, error);
      expect(await outcome()).toBe(error);
      expect(tries()).toBe(5);
    }
  });

  it("is not tried again when that cannot help", async () => {
    const error = new CipherError("KEY_UNKNOWN", "No such key.", { keyId: "k1" });
    const { outcome, tries } = setUp(1, error);
    expect(await outcome()).toBe(error);
    expect(tries()).toBe(1);
  });
});

describe("a storage", () => {
  it("is away when its failure says that it may pass", () => {
    expect([failure(true), failure(false), new Error("away")].map(isStorageAway)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
