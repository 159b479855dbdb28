import type { StorageAdapter } from "mooring";
import { StorageError, TokenError } from "mooring";
import { describe, expect, it, vi } from "vitest";
import { deferred } from "../support/deferred.js";
import { busy, connected, LIFETIME_MS, refused, settle, tokenOf } from "../support/rotating-provider.js";

const away = () =>
  new StorageError("STORAGE_FAILED", "Away.", { adapter: "test", operation: "any", retryable: true });
const unanswered = () =>
  new TokenError("TOKEN_REFRESH_FAILED", "No answer.", { retryable: true, status: null });

/** A storage whose connections cannot be written while `isAway()`. */
const unwritable = (isAway: () => boolean) => (storage: StorageAdapter) => ({
  ...storage,
  connections: {
    ...storage.connections,
    async compareAndSwap(...args: Parameters<StorageAdapter["connections"]["compareAndSwap"]>) {
      if (isAway()) throw away();
      return storage.connections.compareAndSwap(...args);
    },
  },
});

describe("new tokens", () => {
  it("are stored after the database was away for four minutes (R9)", async () => {
    let isAway = false;
    const { connection, clock, control } = await connected(unwritable(() => isAway));
    await clock.advance(LIFETIME_MS);
    isAway = true;
    const token = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    await clock.advance(240_000);
    isAway = false;
    await clock.advance(1_000);
    expect(await token).toBe("Bearer access-1");
    expect(control.requests).toBe(1);
  });

  it("are given up with the storage's error when the database is away for five minutes", async () => {
    const warnings: string[] = [];
    let isAway = false;
    const { connection, clock } = await connected(
      unwritable(() => isAway),
      { logger: { debug() {}, warn: (message) => void warnings.push(message) } },
    );
    await clock.advance(LIFETIME_MS);
    isAway = true;
    const result = await settle(clock, tokenOf(connection), 400_000);
    expect(result).toMatchObject({ status: "rejected", reason: { code: "STORAGE_FAILED", retryable: true } });
    expect(warnings).toContain("storing credentials failed, trying again");
  });

  it("replace what was only sealed anew meanwhile, as when encryption keys are rotated (R3)", async () => {
    const { connection, clock, control, reseal } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await reseal();
      return control.fresh("access-new");
    };
    expect(await tokenOf(connection)).toBe("Bearer access-new");
    expect(await tokenOf(connection)).toBe("Bearer access-new");
    expect(control.requests).toBe(1);
  });
});

describe("a refusal", () => {
  it("counts, whatever key the refused credentials are sealed with by now (R4)", async () => {
    const { connection, clock, control, reseal } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await reseal();
      throw refused();
    };
    await expect(tokenOf(connection)).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    expect(await connection.reload()).toMatchObject({ status: "EXPIRED", statusReason: "invalid_grant" });
    expect(control.requests).toBe(1);
  });

  it("after a takeover says that a process may have spent the refresh token and ended", async () => {
    const { connection, clock, control, storage } = await connected();
    await clock.advance(LIFETIME_MS);
    await storage.leases.acquire({ key: `refresh:${connection.id}`, owner: "dead", ttlMs: 20_000 });
    control.next = () => Promise.reject(refused());
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ status: "rejected" });
    expect((await connection.reload()).statusReason).toBe(
      "invalid_grant: the refresh token may have been spent by a process that ended before it could store the answer",
    );
    expect(control.requests).toBe(1);
  });

  it("of what was asked in vain before says that an answer never arrived, however long ago that was", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = () => Promise.reject(unanswered());
    expect(await settle(clock, tokenOf(connection))).toMatchObject({ status: "rejected" });
    await clock.advance(600_000);
    control.next = () => Promise.reject(refused());
    await expect(tokenOf(connection)).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    expect((await connection.reload()).statusReason).toMatch(/^invalid_grant: .* never arrived$/);
  });

  it("is written down though the database is away for a moment", async () => {
    let failures = 3;
    let isAway = false;
    const { connection, clock, control } = await connected(
      unwritable(() => {
        failures -= 1;
        return isAway && failures >= 0;
      }),
    );
    await clock.advance(LIFETIME_MS);
    [failures, isAway] = [3, true];
    control.next = () => Promise.reject(refused());
    expect(await settle(clock, tokenOf(connection))).toMatchObject({
      reason: { code: "REAUTHORIZATION_REQUIRED" },
    });
    expect((await connection.reload()).status).toBe("EXPIRED");
    expect(control.requests).toBe(1);
  });
});

describe("a second try", () => {
  it("is not made by those who have waited long for the first", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS);
    const answer = deferred<never>();
    control.next = () => answer.promise;
    const token = tokenOf(connection).catch((error: unknown) => error);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    await clock.advance(20_000);
    answer.reject(unanswered());
    expect(await token).toMatchObject({ code: "TOKEN_REFRESH_FAILED", retryable: true });
    expect(control.requests).toBe(1);
  });

  it("is held back when the lease was lost after the first", async () => {
    const leaseMs = 10_000;
    const { connection, clock, control, pause, storage } = await connected(undefined, {
      refresh: { leaseMs },
    });
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      if (control.requests > 1) return control.fresh("access-after-the-other");
      pause(leaseMs);
      const key = `refresh:${connection.id}`;
      expect(await storage.leases.acquire({ key, owner: "other", ttlMs: leaseMs })).toBe("taken-over");
      throw busy();
    };
    const before = clock.now();
    expect(await settle(clock, tokenOf(connection))).toMatchObject({
      value: "Bearer access-after-the-other",
    });
    // It waited for the other's lease to lapse.
    expect(clock.now() - before).toBeGreaterThanOrEqual(2 * leaseMs);
    expect(control.requests).toBe(2);
  });
});
