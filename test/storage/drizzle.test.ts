import { inspect } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle as onD1 } from "drizzle-orm/d1";
import { drizzle as onPg } from "drizzle-orm/node-postgres";
import { withReplicas } from "drizzle-orm/pg-core";
import { drizzle as onPgProxy } from "drizzle-orm/pg-proxy";
import { drizzle as onPglite } from "drizzle-orm/pglite";
import { drizzle as onSqliteProxy } from "drizzle-orm/sqlite-proxy";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { EventRecord } from "../../src/ports/storage.js";
import { drizzleStorage, migrateStorage } from "../../src/storage/drizzle.js";
import { storageConformance } from "../../src/testing/storage-conformance.js";
import { setUp } from "../support/acme.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";
import { describeOn, postgresqlDatabase } from "../support/servers.js";
import { describeEachAsyncDriver, describeEachDriver, dumpOf } from "./drizzle/databases.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
/** Where no database listens. */
const NOBODY = "postgres://root@127.0.0.1:1/none";
const addUser = (id: number) => sql`insert into users (id, name) values (${id}, ${"Grace"})`;
const userIds = sql`select id from users order by id`;

/** Told with the insertion of {@link CONNECTION}. */
const EVENT: EventRecord = {
  id: "019b76da-a800-7000-8000-000000000009",
  type: "connection.active",
  connectionId: CONNECTION.id,
  entityId: CONNECTION.entityId,
  integrationId: INTEGRATION.id,
  app: CONNECTION.app,
  authScheme: CONNECTION.authScheme,
  reason: null,
  occurredAt: CONNECTION.createdAt,
  availableAt: CONNECTION.createdAt,
};

describeEachDriver("drizzleStorage", (host, { embedded }) => {
  describe("conforms", () => {
    const create = async () => ({
      storage: drizzleStorage(host().db),
      dump: () => dumpOf(host()),
      sharesClock: embedded,
    });
    for (const { name, run } of storageConformance(create)) it(name, run);
  });

  it("says that its records outlive the process", () => {
    expect(drizzleStorage(host().db)).toMatchObject({ name: "drizzle", persistent: true });
  });

  it("migrates again without doing anything, from any number of callers at once", async () => {
    const storage = drizzleStorage(host().db);
    await storage.integrations.insert(INTEGRATION);
    await Promise.all([1, 2, 3].map(() => migrateStorage(host().db)));
    expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
  });

  it("records events with the write that makes them so, and hands each out once", async () => {
    const storage = drizzleStorage(host().db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION, [EVENT]);
    expect(
      await storage.connections.compareAndSwap({ ...CONNECTION, version: 3 }, 2, [{ ...EVENT, id: FLOW.id }]),
    ).toBe(false);
    const claim = { now: EVENT.availableAt, hideUntil: EVENT.availableAt + 1, limit: 10 };
    const claimed = await Promise.all([1, 2].map(() => storage.outbox?.claim(claim)));
    expect(claimed.flat()).toEqual([{ ...EVENT, availableAt: claim.hideUntil }]);
    await storage.outbox?.acknowledge([EVENT.id]);
    expect(await storage.outbox?.claim({ ...claim, now: claim.hideUntil })).toEqual([]);
  });

  it("keeps parameters parameters, whatever is in them", async () => {
    const storage = drizzleStorage(host().db);
    const entityId = `'; drop table users; -- $1 ? :id \\' "`;
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert({ ...CONNECTION, entityId, labels: ["$2", "?"] });
    expect((await storage.connections.get({ id: CONNECTION.id, entityId }))?.connection).toEqual({
      ...CONNECTION,
      entityId,
      labels: ["$2", "?"],
    });
  });

  it("tells a conflict, without the values Drizzle puts in its messages", async () => {
    const storage = drizzleStorage(host().db);
    const secret = "recognisable-secret";
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert({ ...CONNECTION, alias: secret, credentials: secret });
    const taken = await storage.connections
      .insert({ ...CONNECTION, id: INTEGRATION.id, alias: secret, credentials: secret })
      .catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: "STORAGE_CONFLICT", adapter: "drizzle" });
    expect(inspect(taken, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(taken)).not.toContain(secret);
  });
});

describeEachAsyncDriver("drizzleStorage in a transaction of the app's", (host) => {
  it("commits together with the app's own rows", async () => {
    await host().transaction(async (inside) => {
      const storage = drizzleStorage(inside.db);
      await inside.rows(addUser(2));
      await storage.integrations.insert(INTEGRATION);
      await storage.connections.insert(CONNECTION);
      await storage.flows.insert(FLOW);
    });
    const storage = drizzleStorage(host().db);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await storage.flows.consume(FLOW.id)).toEqual(FLOW);
    expect(await host().rows(userIds)).toEqual([{ id: 2 }]);
  });

  it("leaves nothing when it is rolled back, cascading deletes included", async () => {
    const storage = drizzleStorage(host().db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    const before = await dumpOf(host());
    const work = host().transaction(async (inside) => {
      const storageInside = drizzleStorage(inside.db);
      await inside.rows(addUser(2));
      await storageInside.connections.compareAndSwap({ ...CONNECTION, credentials: "new", version: 2 }, 1);
      await storageInside.flows.insert(FLOW);
      await storageInside.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 });
      expect(await storageInside.integrations.delete(INTEGRATION.id)).toBe(true);
      throw new Error("the app changed its mind");
    });
    await expect(work).rejects.toThrow("the app changed its mind");
    expect(await dumpOf(host())).toBe(before);
    expect(await host().rows(userIds)).toEqual([]);
  });

  it("connects a user by a toolset's `withTransaction`, if the app commits", async () => {
    const { toolset } = setUp({ storage: drizzleStorage(host().db), encryption: { keys: KEYS } });
    await toolset.createIntegration({ app: "acme", authScheme: "API_KEY" });
    const connect = (thenFail: boolean) =>
      host().transaction(async (inside) => {
        await toolset
          .withTransaction(drizzleStorage(inside.db))
          .getEntity("ada")
          .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key" } });
        if (thenFail) throw new Error("the app changed its mind");
      });
    await expect(connect(true)).rejects.toThrow("the app changed its mind");
    expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
    await connect(false);
    const connection = await toolset.getEntity("ada").getConnection({ app: "acme" });
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key" });
  });

  it("refuses the database itself in its place", () => {
    const { toolset } = setUp({ storage: drizzleStorage(host().db), encryption: { keys: KEYS } });
    expect(() => toolset.withTransaction(drizzleStorage(host().db))).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        hint: expect.stringContaining("drizzleStorage(tx)"),
      }),
    );
  });

  it("takes part in a nested one, which is rolled back alone", async () => {
    await host().transaction(async (outer) => {
      await drizzleStorage(outer.db).integrations.insert(INTEGRATION);
      const nested = outer.transaction(async (inner) => {
        await drizzleStorage(inner.db).connections.insert(CONNECTION);
        throw new Error("the app changed its mind");
      });
      await expect(nested).rejects.toThrow("the app changed its mind");
    });
    const storage = drizzleStorage(host().db);
    expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
    expect(await storage.connections.get(CONNECTION)).toBeNull();
  });
});

describeOn("postgresql", "drizzleStorage and the app's pool", (url) => {
  it("uses no connection but the pool's, and gives each back", async () => {
    const { url: own, drop } = await postgresqlDatabase(url);
    const client = new pg.Pool({ connectionString: own, max: 2 });
    const db = onPg({ client });
    await migrateStorage(db);
    const storage = drizzleStorage(db);
    await storage.integrations.insert(INTEGRATION);
    const all = Array.from({ length: 20 }, async (_, index) => {
      const id = `${CONNECTION.id.slice(0, -2)}${index + 10}`;
      await storage.connections.insert({ ...CONNECTION, id, alias: null });
      await storage.connections.delete({ id, entityId: CONNECTION.entityId });
    });
    await Promise.all(all);
    const { rows } = await client.query(
      "select count(*)::int as connections from pg_stat_activity where datname = current_database()",
    );
    expect(rows).toEqual([{ connections: client.totalCount }]);
    expect(client.idleCount).toBe(client.totalCount);
    await client.end();
    await drop();
  });

  it("reads from the primary, not from a replica that may lag behind", async () => {
    const { url: own, drop } = await postgresqlDatabase(url);
    const primary = onPg({ client: new pg.Pool({ connectionString: own }) });
    const replica = onPg({ client: new pg.Pool({ connectionString: NOBODY }) });
    const db = withReplicas(primary, [replica]);
    await migrateStorage(db);
    const storage = drizzleStorage(db);
    await storage.integrations.insert(INTEGRATION);
    expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
    await primary.$client.end();
    await replica.$client.end();
    await drop();
  });

  it("tells a database that is gone as something that may pass", async () => {
    const client = new pg.Pool({ connectionString: NOBODY });
    await expect(drizzleStorage(onPg({ client })).integrations.get("x")).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      retryable: true,
      cause: { code: "ECONNREFUSED" },
    });
    await client.end();
  });
});

describe("drizzleStorage on PGlite", () => {
  it("tells a database that was not migrated, and keeps to the schema it is given", async () => {
    const db = onPglite({ client: await PGlite.create() });
    await expect(drizzleStorage(db).integrations.get("x")).rejects.toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
      hint: expect.stringContaining("mooring/storage/drizzle"),
    });
    await db.execute(sql`create schema auth`);
    await db.transaction((tx) => migrateStorage(tx, { schema: "auth" }));
    const storage = drizzleStorage(db, { schema: "auth" });
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    await expect(drizzleStorage(db).integrations.get("x")).rejects.toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
    });
    await db.$client.close();
  });
});

describe("drizzleStorage of what it cannot use", () => {
  const noRows = async () => ({ rows: [] });

  it.each([
    ["a database without transactions", () => onPgProxy(noRows), /has no transactions/],
    ["D1, which has none either", () => onD1({}), /has no transactions/],
    ["rows without names", () => onSqliteProxy(noRows), /does not name the columns/],
  ])("refuses %s", (_, database, message) => {
    expect(() => drizzleStorage(database())).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ["nothing", undefined],
    ["a pool", new pg.Pool()],
    ["a query builder", { _: {}, transaction: () => {} }],
  ])("refuses %s, and says what it takes", async (_, value) => {
    const untyped: (db: never) => unknown = drizzleStorage;
    const call: () => unknown = () => Reflect.apply(untyped, undefined, [value]);
    expect(call).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", issues: [expect.objectContaining({ path: "db" })] }),
    );
  });
});
