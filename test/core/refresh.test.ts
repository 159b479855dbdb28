import fc from "fast-check";
import { StorageError } from "mooring";
import { describe, expect, it, vi } from "vitest";
import { backoff, isDue, isExpired, refreshMargin } from "../../src/core/refresh-policy.js";
import { busy, connected, LIFETIME_MS, refused, settle, tokenOf } from "../support/rotating-provider.js";

describe("the refresh margin", () => {
  it("is the smaller of five minutes and a fifth of the life", () => {
    expect(refreshMargin({ obtainedAt: 0, expiresAt: 3_600_000 }, null)).toBe(300_000);
    expect(refreshMargin({ obtainedAt: 0, expiresAt: 600_000 }, null)).toBe(120_000);
    expect(refreshMargin({ obtainedAt: 0, expiresAt: 600_000 }, 30_000)).toBe(30_000);
    // A token that lives shorter than the app's margin is not renewed on every request.
    expect(refreshMargin({ obtainedAt: 0, expiresAt: 60_000 }, 300_000)).toBe(30_000);
  });

  it("never makes fresh credentials due, and always makes expired ones due", () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.integer({ min: 1, max: 1e12 }), (obtainedAt, life) => {
        const lifetime = { obtainedAt, expiresAt: obtainedAt + life };
        expect(isDue(lifetime, null, obtainedAt)).toBe(false);
        expect(isDue(lifetime, null, obtainedAt + life)).toBe(true);
        expect(isExpired(lifetime, obtainedAt + life)).toBe(true);
      }),
    );
  });

  it("does not exist for credentials that do not expire", () => {
    expect(isDue({ obtainedAt: 0, expiresAt: null }, null, Number.MAX_SAFE_INTEGER)).toBe(false);
  });

  it("grows the pause with each attempt, unless the provider names one", () => {
    expect(backoff(2, null, 0.5)).toBe(2 * backoff(1, null, 0.5));
    expect(backoff(1, 7_000, 0.5)).toBe(7_000);
  });
});

describe("a refresh", () => {
  it("happens before expiry, and not before it is due", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(0.79 * LIFETIME_MS);
    expect(await tokenOf(connection)).toBe("Bearer access-0");
    await clock.advance(0.02 * LIFETIME_MS);
    expect(await tokenOf(connection)).toBe("Bearer access-1");
    expect(control.requests).toBe(1);
  });

  it("merges only the tokens when the row changed meanwhile (R3)", async () => {
    const { connection, elsewhere, clock, control } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await other.update({ labels: ["renamed"], alias: "work" });
      return control.fresh("access-new");
    };
    expect(await tokenOf(connection)).toBe("Bearer access-new");
    expect(await connection.reload()).toMatchObject({ labels: ["renamed"], alias: "work" });
    expect(await tokenOf(other)).toBe("Bearer access-new");
  });

  it("does not overwrite newer tokens when it wakes up late", async () => {
    const { connection, elsewhere, clock, control } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    let wake = (): void => {};
    const paused = new Promise<void>((resolve) => {
      wake = resolve;
    });
    control.next = async () => {
      if (control.requests > 1) return control.fresh("access-of-the-other");
      await paused;
      return control.fresh("access-of-the-paused");
    };
    const late = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    // The other is not held up by the lease for ever: a reconnect by the user writes newer credentials.
    await other.reconnect();
    const newest = await tokenOf(other);
    wake();
    expect(await late).toBe(newest);
    expect(await tokenOf(connection)).toBe(newest);
  });

  it("that is refused uses the tokens somebody stored meanwhile (R4)", async () => {
    const { connection, elsewhere, clock, control } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await other.reconnect();
      throw refused();
    };
    expect(await tokenOf(connection)).toBe("Bearer access-0");
    expect((await connection.reload()).status).toBe("ACTIVE");
  });

  it("that is refused expires the connection and keeps what is stored (R5, R10)", async () => {
    const { connection, clock, control, storage } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = () => Promise.reject(refused());
    await expect(tokenOf(connection)).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    const row = await storage.connections.get({ id: connection.id, entityId: "ada" });
    expect(row?.connection).toMatchObject({ status: "EXPIRED", statusReason: "invalid_grant" });
    expect(row?.connection.credentials).not.toBeNull();
  });

  it("revives a connection another process judged dead while the answer was on its way", async () => {
    const { connection, clock, control, storage } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      const row = await storage.connections.get({ id: connection.id, entityId: "ada" });
      if (row === null) throw new Error("The row is gone.");
      const { version } = row.connection;
      await storage.connections.compareAndSwap(
        { ...row.connection, status: "EXPIRED", version: version + 1 },
        version,
      );
      return control.fresh("access-late");
    };
    expect(await tokenOf(connection)).toBe("Bearer access-late");
    expect((await connection.reload()).status).toBe("ACTIVE");
  });

  it("stores the rotated token even for a connection that was disabled meanwhile", async () => {
    const { connection, elsewhere, clock, control } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await other.disable();
      return control.fresh("access-rotated");
    };
    await expect(tokenOf(connection)).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "INACTIVE",
    });
    await other.enable();
    expect(await tokenOf(other)).toBe("Bearer access-rotated");
    expect(control.requests).toBe(1);
  });

  it("of a connection that was deleted meanwhile brings nothing back", async () => {
    const { connection, elsewhere, clock, control, storage } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    control.next = async () => {
      await other.delete();
      return control.fresh("access-of-nobody");
    };
    await expect(tokenOf(connection)).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
    expect(await storage.connections.get({ id: connection.id, entityId: "ada" })).toBeNull();
  });

  it("survives a storage that is gone for a moment after the server has rotated the token (R9)", async () => {
    let failures = 0;
    const { connection, clock, control } = await connected((storage) => ({
      ...storage,
      connections: {
        ...storage.connections,
        async compareAndSwap(record, expectedVersion) {
          failures -= 1;
          if (failures >= 0) {
            const place = { adapter: "flaky", operation: "connections.compareAndSwap", retryable: true };
            throw new StorageError("STORAGE_FAILED", "The database is away.", place);
          }
          return storage.connections.compareAndSwap(record, expectedVersion);
        },
      },
    }));
    await clock.advance(LIFETIME_MS);
    failures = 3;
    const result = await settle(clock, tokenOf(connection));
    expect(result).toMatchObject({ status: "fulfilled", value: "Bearer access-1" });
    expect(control.requests).toBe(1);
  });

  it("that fails for now is tried once more, and then told as retryable; the connection stays ACTIVE", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = () => Promise.reject(busy());
    const result = await settle(clock, tokenOf(connection));
    expect(result).toMatchObject({
      status: "rejected",
      reason: { code: "TOKEN_REFRESH_FAILED", retryable: true },
    });
    expect(control.requests).toBe(2);
    expect((await connection.reload()).status).toBe("ACTIVE");
  });

  it("leaves a provider alone for as long as it asked", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS);
    control.next = () => Promise.reject(busy(60_000));
    for (const _call of [1, 2, 3]) {
      await expect(tokenOf(connection)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    }
    expect(control.requests).toBe(1);
    await clock.advance(60_000);
    control.next = async () => control.fresh("access-after-the-rest");
    expect(await tokenOf(connection)).toBe("Bearer access-after-the-rest");
  });

  it("that is impossible expires the connection only when the credentials have run out", async () => {
    const { connection, clock, control } = await connected();
    control.next = async () => null;
    await clock.advance(0.9 * LIFETIME_MS);
    expect(await tokenOf(connection)).toBe("Bearer access-0");
    await clock.advance(0.1 * LIFETIME_MS);
    await expect(tokenOf(connection)).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    expect((await connection.reload()).status).toBe("EXPIRED");
  });

  it("takes over the lease of a process that died", async () => {
    const { connection, clock, control, storage } = await connected();
    await clock.advance(LIFETIME_MS);
    const now = clock.now();
    await storage.leases.acquire({
      key: `refresh:${connection.id}`,
      owner: "dead",
      ttlMs: 30_000,
    });
    const result = await settle(clock, tokenOf(connection));
    expect(result).toMatchObject({ status: "fulfilled", value: "Bearer access-1" });
    expect(clock.now() - now).toBeGreaterThanOrEqual(30_000);
    expect(control.requests).toBe(1);
  });

  it("holds its lease for as long as the token endpoint takes, and gives it up then", async () => {
    const { connection, elsewhere, clock, control, storage } = await connected();
    const other = await elsewhere();
    await clock.advance(LIFETIME_MS);
    let answer = (): void => {};
    control.next = () =>
      new Promise((resolve) => {
        answer = () => resolve(control.fresh("access-slow"));
      });
    const waiting = Promise.all([tokenOf(connection), tokenOf(other)]);
    for (let second = 0; second < 55; second += 1) await clock.advance(1_000);
    expect(control.requests).toBe(1);
    answer();
    expect((await settle(clock, waiting)).status).toBe("fulfilled");
    expect(control.requests).toBe(1);
    const free = { key: `refresh:${connection.id}`, owner: "next", ttlMs: 30_000 };
    expect(await storage.leases.acquire(free)).toBe("acquired");
  });

  it("stops waiting when the caller gives up, and goes on for the others", async () => {
    const { connection, clock, control } = await connected();
    await clock.advance(LIFETIME_MS);
    let answer = (): void => {};
    control.next = () =>
      new Promise((resolve) => {
        answer = () => resolve(control.fresh("access-shared"));
      });
    const controller = new AbortController();
    const impatient = connection.fetch("https://acme.example/x", { signal: controller.signal });
    const patient = tokenOf(connection);
    await vi.waitFor(() => expect(control.requests).toBe(1));
    controller.abort(new Error("no time"));
    await expect(impatient).rejects.toThrow("no time");
    answer();
    expect(await patient).toBe("Bearer access-shared");
  });

  it("answers the 401s of an API that refuses fresh tokens too once in ten seconds, in each process", async () => {
    const { connection, elsewhere, clock, control } = await connected();
    const other = await elsewhere();
    for (const caller of [connection, connection, other, connection, other, other]) {
      expect((await caller.fetch("/x")).status).toBe(401);
    }
    expect(control.requests).toBe(2);
    await clock.advance(9_999);
    await connection.fetch("/x");
    expect(control.requests).toBe(2);
    await clock.advance(1);
    await connection.fetch("/x");
    expect(control.requests).toBe(3);
  });

  it("is the host's to ask for as often as it likes", async () => {
    const { connection, control } = await connected();
    await connection.fetch("/x");
    for (const _call of [1, 2, 3]) await connection.refresh();
    expect(control.requests).toBe(4);
    expect((await connection.fetch("/x")).status).toBe(401);
    expect(await tokenOf(connection)).toBe("Bearer access-4");
  });
});
