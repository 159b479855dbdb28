import type { EventRecord, LifecycleEvent, LifecycleHooks, OutboxStore } from "mooring";
import { memoryStorage } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it, vi } from "vitest";
import { createEventPublisher } from "../../src/core/event-publisher.js";
import { createUuidV7 } from "../../src/internal/uuid-v7.js";
import type { ConnectionRecord } from "../../src/ports/storage.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";

const ACTIVE: ConnectionRecord = { ...CONNECTION, status: "ACTIVE", credentials: "sealed-1" };

/** Processes that share a storage and a clock. */
async function processes() {
  const clock = fakeClock();
  const storage = memoryStorage();
  await storage.integrations.insert(INTEGRATION);
  const warn = vi.fn();
  const start = (hooks: LifecycleHooks, outbox: OutboxStore | null = storage.outbox) =>
    createEventPublisher({
      hooks,
      outbox,
      runtime: { clock, fetch, logger: { debug() {}, warn } },
      newId: createUuidV7(() => clock.now()),
    });
  /** Stores events as a write that makes them so would. */
  const store = (events: readonly EventRecord[]) => storage.connections.insert(ACTIVE, events);
  return { clock, storage, warn, start, store };
}

describe("an event", () => {
  it("is told to its hook once, with all about the connection but its credentials", async () => {
    const { start, store, clock, storage } = await processes();
    const heard: LifecycleEvent[] = [];
    const publisher = start({ "connection.active": (event) => heard.push(event) });
    const events = publisher.draft(null, ACTIVE);
    await store(events);
    publisher.publish(events);
    expect(await publisher.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    expect(heard).toEqual([
      {
        id: events[0]?.id,
        type: "connection.active",
        connectionId: ACTIVE.id,
        entityId: ACTIVE.entityId,
        integrationId: ACTIVE.integrationId,
        app: ACTIVE.app,
        authScheme: ACTIVE.authScheme,
        reason: null,
        occurredAt: new Date(clock.now()),
      },
    ]);
    await clock.advance(3_600_000);
    expect(await publisher.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    expect(await storage.outbox?.claim({ now: Infinity, hideUntil: Infinity, limit: 9 })).toEqual([]);
  });

  it("is not even recorded where the host has no hook for it", async () => {
    const { start } = await processes();
    const publisher = start({ "connection.deleted": () => {} });
    expect(publisher.draft(null, ACTIVE)).toEqual([]);
    expect(publisher.wants("connection.active")).toBe(false);
    expect(publisher.draft(ACTIVE, null)).toHaveLength(1);
  });

  it("comes again after a hook that threw, and is logged without what was thrown", async () => {
    const { start, store, clock, warn } = await processes();
    const hook = vi.fn<(event: LifecycleEvent) => void>();
    hook.mockImplementationOnce(() => {
      throw new Error("the host's database said: secret");
    });
    const publisher = start({ "connection.active": hook });
    const events = publisher.draft(null, ACTIVE);
    await store(events);
    expect(() => publisher.publish(events)).not.toThrow();
    await publisher.deliver();
    expect(warn).toHaveBeenCalledWith(
      "a lifecycle hook failed",
      expect.objectContaining({ event: "connection.active", error: "Error" }),
    );
    expect(JSON.stringify(warn.mock.calls)).not.toContain("secret");
    await clock.advance(60_000);
    expect(await publisher.deliver()).toEqual({ delivered: 1, failed: 0, abandoned: 0 });
    const [first, second] = hook.mock.calls.map(([event]) => event.id);
    expect(second).toBe(first);
  });

  it("of a process that died before it could tell is told by another one, not before its time", async () => {
    const { start, store, clock } = await processes();
    const dead = start({ "connection.active": () => {} });
    await store(dead.draft(null, ACTIVE));
    const hook = vi.fn();
    const other = start({ "connection.active": hook });
    await clock.advance(59_999);
    expect((await other.deliver()).delivered).toBe(0);
    await clock.advance(1);
    expect((await other.deliver()).delivered).toBe(1);
    expect(hook).toHaveBeenCalledOnce();
  });

  it("that was left undone is looked after by a process that has events of its own to tell", async () => {
    const { start, store, storage, clock } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    await clock.advance(60_000);
    const heard: string[] = [];
    const busy = start({
      "connection.active": ({ type }) => heard.push(type),
      "connection.deleted": ({ type }) => heard.push(type),
    });
    const events = busy.draft(ACTIVE, null);
    await storage.connections.delete(ACTIVE, events);
    busy.publish(events);
    await clock.advance(0);
    await clock.advance(0);
    expect(heard.sort()).toEqual(["connection.active", "connection.deleted"]);
  });

  it("with no hook in this process is left to one that has it, at once", async () => {
    const { start, store, clock } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    await clock.advance(60_000);
    const nothing = { delivered: 0, failed: 0, abandoned: 0 };
    expect(await start({}).deliver()).toEqual(nothing);
    expect(await start({ "connection.deleted": () => {} }).deliver()).toEqual(nothing);
    const hook = vi.fn();
    expect((await start({ "connection.active": hook }).deliver()).delivered).toBe(1);
  });

  it("with no hook in many busy processes is not kept from the one that has it", async () => {
    const { start, store, clock } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    const busy = Array.from({ length: 10 }, () => start({ "connection.deleted": () => {} }));
    let failures = 1;
    const hook = vi.fn(() => {
      failures -= 1;
      if (failures >= 0) throw new Error("away");
    });
    const hourly = start({ "connection.active": hook });
    await clock.advance(60_000);
    for (let minute = 0; minute < 120 && hook.mock.calls.length < 2; minute += 1) {
      for (const each of busy) await each.deliver();
      if (minute % 60 === 0) await hourly.deliver();
      await clock.advance(60_000);
    }
    expect(hook).toHaveBeenCalledTimes(2);
  });

  it("that no process has a hook for any more is given up after thirty days", async () => {
    const { start, store, clock, warn } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    const others = start({ "connection.deleted": () => {} });
    await clock.advance(30 * 86_400_000);
    expect(await others.deliver()).toMatchObject({ abandoned: 0 });
    await clock.advance(60_000);
    expect(await others.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 1 });
    expect(warn).toHaveBeenCalledWith("events were given up", { events: 1 });
    expect(await start({ "connection.active": () => {} }).deliver()).toMatchObject({ delivered: 0 });
  });

  it("comes again where the storage hands out what was not asked for", async () => {
    const { start, store, clock, storage } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    await clock.advance(60_000);
    const { outbox } = storage;
    if (outbox === null) throw new Error("Memory has an outbox.");
    const older = {
      ...outbox,
      claim: ({ types: _, ...request }: Parameters<typeof outbox.claim>[0]) => outbox.claim(request),
    };
    const others = start({ "connection.deleted": () => {} }, older);
    expect(await others.deliver()).toEqual({ delivered: 0, failed: 1, abandoned: 0 });
    await clock.advance(600_000);
    expect((await start({ "connection.active": () => {} }).deliver()).delivered).toBe(1);
  });

  it("is given up after seven days, and that is logged", async () => {
    const { start, store, clock, warn } = await processes();
    await store(start({ "connection.active": () => {} }).draft(null, ACTIVE));
    const failing = start({ "connection.active": () => Promise.reject(new Error("away")) });
    await clock.advance(7 * 86_400_000 - 1);
    expect(await failing.deliver()).toEqual({ delivered: 0, failed: 1, abandoned: 0 });
    await clock.advance(600_000);
    expect(await failing.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 1 });
    expect(warn).toHaveBeenCalledWith("events were given up", { events: 1 });
    await clock.advance(600_000);
    expect(await failing.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
  });

  it("is told at most once where the storage has no outbox", async () => {
    const { start, clock } = await processes();
    const hook = vi.fn().mockRejectedValue(new Error("away"));
    const publisher = start({ "connection.active": hook }, null);
    publisher.publish(publisher.draft(null, ACTIVE));
    await clock.advance(60_000);
    expect(await publisher.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    expect(hook).toHaveBeenCalledOnce();
  });

  it("waits for the one before it on the same connection, and for no other connection's", async () => {
    const { start, clock } = await processes();
    const heard: string[] = [];
    let finish = (): void => {};
    const publisher = start(
      {
        "connection.active": async ({ connectionId }) => {
          heard.push(`active ${connectionId}`);
          if (connectionId === "slow") await new Promise<void>((resolve) => (finish = resolve));
        },
        "connection.deleted": ({ connectionId }) => heard.push(`deleted ${connectionId}`),
      },
      null,
    );
    const slow = { ...ACTIVE, id: "slow" };
    publisher.publish(publisher.draft(null, slow));
    publisher.publish(publisher.draft(slow, null));
    publisher.publish(publisher.draft(null, { ...ACTIVE, id: "quick" }));
    await clock.advance(0);
    expect(heard).toEqual(["active slow", "active quick"]);
    finish();
    await publisher.deliver();
    expect(heard).toEqual(["active slow", "active quick", "deleted slow"]);
  });

  it("of the host's transaction is told after the commit alone", async () => {
    const { start, store, clock } = await processes();
    const hook = vi.fn();
    const publisher = start({ "connection.active": hook });
    const { outbox } = memoryStorage();
    const within = publisher.within(outbox);
    const events = within.draft(null, ACTIVE);
    within.publish(events);
    await clock.advance(0);
    expect(await within.deliver()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    expect(hook).not.toHaveBeenCalled();
    await store(events);
    expect(await publisher.deliver()).toEqual({ delivered: 1, failed: 0, abandoned: 0 });
  });

  it("whose hook never answers holds up no delivery, and is told again once at a time", async () => {
    const { start, store, storage, clock } = await processes();
    const stuck = vi.fn(() => new Promise<void>(() => {}));
    const deleted = vi.fn();
    const publisher = start({ "connection.active": stuck, "connection.deleted": deleted });
    const events = publisher.draft(null, ACTIVE);
    await store(events);
    publisher.publish(events);
    const waiting = publisher.deliver();
    await clock.advance(60_000);
    await clock.advance(0);
    expect(await waiting).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    const other = { ...ACTIVE, id: "019b76da-a800-7000-8000-0000000000ff" };
    const gone = publisher.draft(other, null);
    await storage.connections.delete(ACTIVE, gone);
    publisher.publish(gone);
    await clock.advance(0);
    expect(deleted).toHaveBeenCalledOnce();
    for (let minute = 0; minute < 30; minute += 1) {
      const round = publisher.deliver();
      await clock.advance(60_000);
      await clock.advance(60_000);
      await round;
    }
    // Once an own delivery, then one in ten minutes.
    expect(stuck.mock.calls.length).toBeLessThanOrEqual(8);
  });

  it("that fails again and again does not keep newer ones from their hooks", async () => {
    const { start, storage, clock } = await processes();
    const newer = vi.fn();
    const publisher = start({
      "connection.active": async () => {
        await clock.sleep(59_000);
        throw new Error("a webhook that times out");
      },
      "connection.deleted": newer,
    });
    const record = (index: number): ConnectionRecord => ({
      ...ACTIVE,
      alias: null,
      id: `019b76da-a800-7000-8000-${String(index).padStart(12, "0")}`,
    });
    for (let index = 0; index < 100; index += 1) {
      await storage.connections.insert(record(index), publisher.draft(null, record(index)));
    }
    await storage.connections.delete(record(0), publisher.draft(record(0), null));
    await clock.advance(60_000);
    let isOver = false;
    const rounds = (async () => {
      await publisher.deliver();
      await publisher.deliver();
      isOver = true;
    })();
    for (let step = 0; step < 20 && !isOver; step += 1) await clock.advance(30_000);
    await rounds;
    expect(newer).toHaveBeenCalledOnce();
  });

  it("breaks nothing when the logger or the storage throws", async () => {
    const { clock, storage } = await processes();
    const publisher = createEventPublisher({
      hooks: { "connection.active": () => Promise.reject(new Error("away")) },
      outbox: {
        claim: () => Promise.reject(new Error("away")),
        acknowledge() {
          throw new Error("away");
        },
      },
      runtime: {
        clock,
        fetch,
        logger: {
          debug() {},
          warn() {
            throw new Error("the logger's own trouble");
          },
        },
      },
      newId: createUuidV7(() => clock.now()),
    });
    expect(storage.outbox).not.toBeNull();
    publisher.publish(publisher.draft(null, ACTIVE));
    await clock.advance(60_000);
    // An unhandled rejection would fail the run.
    await expect(publisher.deliver()).rejects.toThrow("away");
  });
});
