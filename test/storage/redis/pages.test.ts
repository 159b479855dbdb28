import { Redis } from "ioredis";
import type { ConnectionRecord, EventRecord, StorageAdapter } from "mooring";
import { afterAll, beforeAll, expect, it } from "vitest";
import { redisStorage } from "../../../src/storage/redis.js";
import { CONNECTION, INTEGRATION } from "../../support/records.js";
import { describeOn, redisPrefix } from "../../support/servers.js";

const COUNT = 1_200;
const { entityId } = CONNECTION;

/** Newest first. Every third is EXPIRED, and the attempts of the others: a filter must not take one for the other. */
const RECORDS = Array.from({ length: COUNT }, (_, index): ConnectionRecord => {
  const isExpired = index % 3 === 0;
  return {
    ...CONNECTION,
    id: `019b76da-a800-7000-8000-${String(COUNT - index).padStart(12, "0")}`,
    alias: null,
    status: isExpired ? "EXPIRED" : "ACTIVE",
    attempt: { id: "attempt", status: isExpired ? "ACTIVE" : "EXPIRED", reason: null, expiresAt: 1 },
    app: index === COUNT - 1 ? "slack" : "github",
    expiresAt: 7,
  };
});

describeOn("redis", "redisStorage with more records than a script looks at", (url) => {
  const { prefix, drop } = redisPrefix(url);
  let client: Redis;
  let sent: number;
  let storage: StorageAdapter;

  beforeAll(async () => {
    client = new Redis(url);
    storage = redisStorage(
      {
        call(command, ...args) {
          sent += 1;
          return client.call(command, ...args);
        },
      },
      { prefix },
    );
    await storage.integrations.insert(INTEGRATION);
    await Promise.all(RECORDS.map((record) => storage.connections.insert(record)));
  });
  afterAll(async () => {
    client.disconnect();
    await drop();
  });

  it.each([1, 7, 500, 2_000])("fills pages of %d with what is asked for", async (limit) => {
    const found: ConnectionRecord[] = [];
    let cursor: string | null = null;
    do {
      const page = await storage.connections.list({ entityId, status: "EXPIRED", limit, cursor });
      if (page.nextCursor !== null) expect(page.items).toHaveLength(limit);
      found.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(RECORDS.filter(({ status }) => status === "EXPIRED"));
  });

  it("looks at 500 a time for the one that is asked for, and sends it alone", async () => {
    sent = 0;
    const page = await storage.connections.list({ entityId, app: "slack", limit: 1, cursor: null });
    expect(page.items).toEqual(RECORDS.slice(-1));
    expect(sent).toBe(3);
  });

  it("reads a page that needs no looking in one step", async () => {
    sent = 0;
    await storage.connections.scan({ limit: 499, cursor: null });
    await storage.connections.expiring({ before: 7, limit: 499, cursor: null });
    expect(sent).toBe(2);
  });

  it("goes through those that end at the same moment", async () => {
    const active = RECORDS.filter(({ status }) => status === "ACTIVE").toReversed();
    const page = await storage.connections.expiring({ before: 7, limit: 790, cursor: null });
    expect(page.items).toEqual(active.slice(0, 790));
    const { nextCursor } = page;
    const rest = await storage.connections.expiring({ before: 7, limit: 790, cursor: nextCursor });
    expect(rest).toEqual({ items: active.slice(790), nextCursor: null });
  });

  it("sweeps more leases, flows and events than one step takes", async () => {
    const { connections, flows, leases, outbox } = storage;
    const ids = RECORDS.map(({ id }) => id);
    await Promise.all(ids.map((key) => leases.acquire({ key, owner: "a", ttlMs: 0 })));
    await Promise.all(
      ids.map((id) => {
        const [connectionId, createdAt, expiresAt] = [id, 1, 2];
        const flow = { id, entityId, connectionId, attemptId: id, payload: "", bindingHash: null };
        return flows.insert({ ...flow, createdAt, expiresAt });
      }),
    );
    expect(await leases.deleteExpired(0)).toBe(COUNT);
    expect(await flows.deleteExpired(2)).toBe(COUNT);
    const first = RECORDS[0] ?? CONNECTION;
    const { integrationId, app, authScheme } = first;
    const about = { connectionId: first.id, entityId, integrationId, app, authScheme, reason: null };
    const told = ids.map((id): EventRecord => {
      return { id, type: "connection.active", ...about, occurredAt: 1, availableAt: 1 };
    });
    await connections.compareAndSwap({ ...first, version: 2 }, 1, told);
    const claimed = await outbox?.claim({ now: 1, hideUntil: 2, limit: 1 });
    expect(claimed?.map(({ id }) => id)).toEqual(ids.slice(-1));
    await outbox?.acknowledge(ids);
    expect(await outbox?.claim({ now: 9, hideUntil: 10, limit: 1 })).toEqual([]);
  });
});
