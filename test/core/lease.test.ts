import type { StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it } from "vitest";
import type { HeldLease } from "../../src/core/lease.js";
import { leaseTaker } from "../../src/core/lease.js";
import { toolsetDomain } from "../../src/toolset-domain.js";

const KEY = "refresh:c1";
const LEASE_MS = 20_000;
const OTHER = { key: KEY, owner: "other", ttlMs: LEASE_MS };
const away = () =>
  new StorageError("STORAGE_FAILED", "Away.", { adapter: "test", operation: "leases", retryable: true });

/** One process, and the leases it shares with others. */
function setUp(wrap: (storage: StorageAdapter) => StorageAdapter = (storage) => storage) {
  const time = fakeClock();
  let skipped = 0;
  const storage = memoryStorage({ now: () => time.now() + skipped });
  // A paused process: time goes on, and nothing wakes up.
  const clock = { now: () => time.now() + skipped, sleep: time.sleep };
  const warnings: string[] = [];
  const logger = { debug() {}, warn: (message: string) => void warnings.push(message) };
  const context = toolsetDomain({ storage: wrap(storage), clock, logger });
  return {
    take: leaseTaker(context, KEY),
    leases: storage.leases,
    advance: time.advance,
    pause: (milliseconds: number) => {
      skipped += milliseconds;
    },
    warnings,
  };
}

async function taken(take: () => Promise<HeldLease | null>): Promise<HeldLease> {
  const lease = await take();
  if (lease === null) throw new Error("Another has it.");
  return lease;
}

describe("a lease", () => {
  it("is one owner's until it is given up", async () => {
    const { take, leases, advance } = setUp();
    const lease = await taken(take);
    await advance(10 * LEASE_MS);
    expect(await leases.acquire(OTHER)).toBe("held");
    expect(await take()).toBeNull();
    await lease.release();
    expect(await leases.acquire(OTHER)).toBe("acquired");
  });

  it("says whether a former owner let it lapse", async () => {
    const { take, leases, advance } = setUp();
    const lease = await taken(take);
    expect(lease.takenOver).toBe(false);
    await lease.release();
    await leases.acquire(OTHER);
    expect(await take()).toBeNull();
    await advance(LEASE_MS);
    expect((await taken(take)).takenOver).toBe(true);
  });

  it("is surely held as long as it is renewed, and not after it was given up", async () => {
    const { take, advance } = setUp();
    const lease = await taken(take);
    for (let term = 0; term < 5; term += 1) {
      await advance(LEASE_MS);
      expect(lease.isSurelyHeld()).toBe(true);
    }
    await lease.release();
    expect(lease.isSurelyHeld()).toBe(false);
  });

  it("is not surely held by a process that was paused for half its term, until it is renewed", async () => {
    const { take, pause, advance } = setUp();
    const lease = await taken(take);
    pause(LEASE_MS / 2);
    expect(lease.isSurelyHeld()).toBe(false);
    await advance(LEASE_MS / 4);
    expect(lease.isSurelyHeld()).toBe(true);
  });

  it("is lost for good to who took it over during a pause", async () => {
    const { take, pause, advance, leases, warnings } = setUp();
    const lease = await taken(take);
    pause(LEASE_MS);
    expect(await leases.acquire(OTHER)).toBe("taken-over");
    await advance(LEASE_MS / 4);
    expect(lease.isSurelyHeld()).toBe(false);
    expect(warnings).toEqual(["a lease was lost to another process"]);
    await leases.release(OTHER);
    await advance(LEASE_MS);
    expect(lease.isSurelyHeld()).toBe(false);
  });

  it("is not another's to give up", async () => {
    const { take, pause, leases } = setUp();
    const lease = await taken(take);
    pause(LEASE_MS);
    await leases.acquire(OTHER);
    await lease.release();
    expect(await leases.renew(OTHER)).toBe(true);
  });

  it("outlives a storage that is away for a while", async () => {
    let isAway = false;
    const { take, advance } = setUp((storage) => ({
      ...storage,
      leases: {
        ...storage.leases,
        async renew(request) {
          if (isAway) throw away();
          return storage.leases.renew(request);
        },
      },
    }));
    const lease = await taken(take);
    isAway = true;
    await advance(2 * LEASE_MS);
    expect(lease.isSurelyHeld()).toBe(false);
    isAway = false;
    await advance(LEASE_MS / 4);
    expect(lease.isSurelyHeld()).toBe(true);
  });

  it("outlives a connection that died without a word, on the next one", async () => {
    let isDead = false;
    const { take, advance } = setUp((storage) => ({
      ...storage,
      leases: {
        ...storage.leases,
        renew: (request) => (isDead ? new Promise(() => {}) : storage.leases.renew(request)),
      },
    }));
    const lease = await taken(take);
    isDead = true;
    await advance(LEASE_MS / 4);
    isDead = false;
    await advance(LEASE_MS / 2);
    expect(lease.isSurelyHeld()).toBe(true);
  });

  it("is its owner's at the next try when the answer to the first was lost, and may have been taken over then", async () => {
    let answers = 0;
    const { take, leases } = setUp((storage) => ({
      ...storage,
      leases: {
        ...storage.leases,
        async acquire(request) {
          const outcome = await storage.leases.acquire(request);
          answers += 1;
          if (answers === 1) throw away();
          return outcome;
        },
      },
    }));
    await expect(take()).rejects.toThrow("Away.");
    const lease = await taken(take);
    expect(lease.takenOver).toBe(true);
    expect(lease.isSurelyHeld()).toBe(true);
    expect(await leases.acquire(OTHER)).toBe("held");
    await lease.release();
    expect(await leases.acquire(OTHER)).toBe("acquired");
  });

  it("is asked for once more when the first try did not even arrive", async () => {
    let tries = 0;
    const { take } = setUp((storage) => ({
      ...storage,
      leases: {
        ...storage.leases,
        async acquire(request) {
          tries += 1;
          if (tries === 1) throw away();
          return storage.leases.acquire(request);
        },
      },
    }));
    await expect(take()).rejects.toThrow("Away.");
    expect((await taken(take)).takenOver).toBe(false);
  });

  it("lapses when it cannot be given up", async () => {
    const { take, advance, leases, warnings } = setUp((storage) => ({
      ...storage,
      leases: { ...storage.leases, release: () => Promise.reject(away()) },
    }));
    await (await taken(take)).release();
    expect(warnings).toEqual(["releasing a lease failed, it will lapse"]);
    await advance(LEASE_MS);
    expect(await leases.acquire(OTHER)).toBe("taken-over");
  });
});
