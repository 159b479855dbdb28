import type { StorageAdapter } from "mooring";
import { StorageError } from "mooring";
import { describe, expect, it, vi } from "vitest";
import { deferred } from "../support/deferred.js";
import { connected, LIFETIME_MS, settle, tokenOf } from "../support/rotating-provider.js";

const LEASE_MS = 20_000;
const away = () =>
  new StorageError("STORAGE_FAILED", "Away.", { adapter: "test", operation: "any", retryable: true });
const refused = () =>
  new StorageError("STORAGE_FAILED", "Not allowed.", { adapter: "test", operation: "any" });

/** A storage that does something else first when it is asked for a lease. */
const whenAsked = (operation: () => Promise<void>) => (storage: StorageAdapter) => ({
  ...storage,
  leases: {
    ...storage.leases,
    async acquire(request: Parameters<StorageAdapter["leases"]["acquire"]>[0]) {
      await operation();
      return storage.leases.acquire(request);
    },
  },
});

describe("a process whose turn it is", () => {
  it("sends nothing after a pause longer than its lease, and uses what another has stored meanwhile", async () => {
    let afterRead = async (): Promise<void> => {};
    const { connection, elsewhere, clock, control, pause, storage } = await connected((inner) => ({
      ...inner,
      connections: {
        ...inner.connections,
        async get(key) {
          const row = await inner.connections.get(key);
          await afterRead();
          return row;
        },
      },
    }));
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    let reads = 0;
    afterRead = async () => {
      reads += 1;
      // The first read was the caller's own, the second is made under the lease.
      if (reads !== 2) return;
      pause(LEASE_MS);
      await storage.leases.deleteExpired(0);
      await other.refresh();
    };
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-1" });
    expect([control.begun, control.requests]).toEqual([1, 1]);
  });

  it("sends nothing after a pause at the last moment, either", async () => {
    const { connection, elsewhere, clock, control, pause, storage } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.prepare = async () => {
      if (control.begun !== 1) return;
      pause(LEASE_MS);
      await storage.leases.deleteExpired(0);
      await other.refresh();
    };
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-1" });
    expect([control.begun, control.requests]).toEqual([2, 1]);
  });

  it("takes over after a lease has lapsed, and first lets its former owner store what it may have", async () => {
    let afterTakeover = (): void => {};
    const { connection, elsewhere, clock, control, storage } = await connected((inner) => ({
      ...inner,
      leases: {
        ...inner.leases,
        async acquire(request) {
          const outcome = await inner.leases.acquire(request);
          if (outcome === "taken-over") afterTakeover();
          return outcome;
        },
      },
    }));
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    await storage.leases.acquire({ key: `refresh:${connection.id}`, owner: "cut off", ttlMs: LEASE_MS });
    // The database is back for the former owner, too, and it tries again within half a second.
    const stored = deferred();
    afterTakeover = () => {
      void clock
        .sleep(500)
        .then(() => other.reconnect())
        .then(() => stored.resolve());
    };
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-0" });
    await stored.promise;
    expect(control.requests).toBe(0);
  });

  it("tries again while the storage is away for a moment", async () => {
    let failures = 0;
    const { connection, clock, control } = await connected(
      whenAsked(async () => {
        failures -= 1;
        if (failures >= 0) throw away();
      }),
    );
    await clock.advance(LIFETIME_MS);
    failures = 20;
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-1" });
    expect(control.requests).toBe(1);
  });

  it("fails as the storage does when that stays away, and at once when it is no matter of time", async () => {
    let failure: (() => Error) | null = null;
    const { connection, clock, control } = await connected(
      whenAsked(async () => {
        if (failure !== null) throw failure();
      }),
    );
    await clock.advance(LIFETIME_MS);
    failure = away;
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ reason: { message: "Away." } });
    failure = refused;
    await expect(tokenOf(connection)).rejects.toThrow("Not allowed.");
    expect(control.requests).toBe(0);
  });

  it.each([
    ["refuses at once", () => Promise.reject(away())],
    ["never answers", () => new Promise<never>(() => {})],
  ])("fails within 21 seconds when whatever keeps the leases %s", async (_how, ask) => {
    let isAway = false;
    const { connection, clock, control } = await connected(
      whenAsked(async () => {
        if (isAway) await ask();
      }),
    );
    await clock.advance(LIFETIME_MS);
    isAway = true;
    const began = clock.now();
    expect(await settle(clock, tokenOf(connection))).toMatchObject({
      reason: { code: "STORAGE_FAILED", retryable: true },
    });
    expect(clock.now() - began).toBeGreaterThanOrEqual(15_000);
    expect(clock.now() - began).toBeLessThanOrEqual(21_500);
    expect(control.requests).toBe(0);
    isAway = false;
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-1" });
  });

  it("waits anew for a storage that has answered in between", async () => {
    let looks = 0;
    const { connection, clock, control, storage } = await connected(
      whenAsked(async () => {
        looks += 1;
        // Away most of the time, and never for long.
        if (looks % 5 !== 0) throw away();
      }),
    );
    await clock.advance(LIFETIME_MS);
    const held = { key: `refresh:${connection.id}`, owner: "other", ttlMs: 38_000 };
    looks = 4;
    await storage.leases.acquire(held);
    looks = 0;
    const began = clock.now();
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-1" });
    expect(clock.now() - began).toBeGreaterThan(30_000);
    expect(control.requests).toBe(1);
  });

  it("gives up waiting for another that never comes to an end, having looked less and less often", async () => {
    let looks = 0;
    const { connection, elsewhere, clock, control } = await connected(
      whenAsked(async () => {
        looks += 1;
      }),
    );
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.next = () => new Promise(() => {});
    tokenOf(other).catch(() => {});
    await vi.waitFor(() => expect(control.requests).toBe(1));
    const began = clock.now();
    expect(await settle(clock, tokenOf(connection))).toMatchObject({
      reason: { code: "TOKEN_REFRESH_FAILED", retryable: true },
    });
    expect(control.requests).toBe(1);
    // As long as a token request and two leases last.
    expect(clock.now() - began).toBeGreaterThanOrEqual(100_000);
    expect(looks).toBeLessThan(200);
  });
});

describe("a caller whose token still works (R7)", () => {
  it("does not wait for another caller's refresh, and begins none", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(0.9 * LIFETIME_MS);
    const answer = deferred<ReturnType<typeof control.fresh>>();
    control.next = () => answer.promise;
    const first = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    expect(await tokenOf(connection)).toBe("Bearer access-0");
    answer.resolve(control.fresh("access-new"));
    expect(await first).toBe("Bearer access-new");
    expect(control.requests).toBe(1);
  });

  it("waits five seconds for its own refresh, which goes on without it", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(0.9 * LIFETIME_MS);
    const answer = deferred<ReturnType<typeof control.fresh>>();
    control.next = () => answer.promise;
    const token = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    await clock.advance(5_000);
    expect(await token).toBe("Bearer access-0");
    answer.resolve(control.fresh("access-new"));
    await vi.waitFor(async () => expect(await tokenOf(connection)).toBe("Bearer access-new"));
    expect(control.requests).toBe(1);
  });

  it("waits on when its token runs out meanwhile", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS - 2_000);
    const answer = deferred<ReturnType<typeof control.fresh>>();
    control.next = () => answer.promise;
    const token = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    await clock.advance(10_000);
    answer.resolve(control.fresh("access-new"));
    expect(await token).toBe("Bearer access-new");
  });

  it("is not failed by a storage in which no lease can be taken", async () => {
    let isAway = false;
    const { connection, clock, control } = await connected(
      whenAsked(async () => {
        if (isAway) throw away();
      }),
    );
    await clock.advance(0.9 * LIFETIME_MS);
    isAway = true;
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ value: "Bearer access-0" });
    expect(control.requests).toBe(0);
  });
});
