import { inspect } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { describe, expect, it } from "vitest";
import type { EventRecord } from "../../src/ports/storage.js";
import { MOORING_TABLES, migrateStorage, prismaStorage } from "../../src/storage/prisma.js";
import { storageConformance } from "../../src/testing/storage-conformance.js";
import { setUp } from "../support/acme.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";
import { describeOn, postgresqlDatabase } from "../support/servers.js";
import { describeEachPrisma, dumpOf } from "./prisma/databases.js";
import { generatedClient } from "./prisma/generated-client.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const GRACE = { id: 2, name: "Grace" };

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

describeEachPrisma("prismaStorage", (prisma, tableNames, embedded) => {
  describe("conforms", () => {
    const create = async () => ({
      storage: prismaStorage(prisma()),
      dump: () => dumpOf(prisma()),
      sharesClock: embedded,
    });
    for (const { name, run } of storageConformance(create)) it(name, run);
  });

  it("says that its records outlive the process", () => {
    expect(prismaStorage(prisma())).toMatchObject({ name: "prisma", persistent: true });
  });

  it("migrates again without doing anything, from any number of callers at once", async () => {
    const storage = prismaStorage(prisma());
    await storage.integrations.insert(INTEGRATION);
    await Promise.all([1, 2, 3].map(() => migrateStorage(prisma())));
    expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
  });

  it("has the tables that MOORING_TABLES names, and no others", async () => {
    expect((await tableNames()).filter((name) => name.startsWith("mooring_"))).toEqual(
      [...MOORING_TABLES].sort(),
    );
  });

  it("records events with the write that makes them so, and hands each out once", async () => {
    const storage = prismaStorage(prisma());
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

  it("works with an extended client", async () => {
    const statements: string[] = [];
    const extended = prisma().$extends({
      query: {
        $allOperations({ operation, args, query }: Operation) {
          statements.push(operation);
          return query(args);
        },
      },
    });
    const storage = prismaStorage(extended);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await storage.connections.delete(CONNECTION)).toBe(true);
    expect(statements).toEqual(expect.arrayContaining(["$executeRawUnsafe", "$queryRawUnsafe"]));
  });

  it("keeps parameters parameters, whatever is in them", async () => {
    const storage = prismaStorage(prisma());
    const entityId = `'; drop table users; -- $1 ? :id \\' " 2026-01-01T00:00:00Z`;
    const record = { ...CONNECTION, entityId, credentials: "2026-01-01", statusReason: "12" };
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(record);
    expect((await storage.connections.get({ id: CONNECTION.id, entityId }))?.connection).toEqual(record);
  });

  it("tells a conflict, without a value of the row", async () => {
    const storage = prismaStorage(prisma());
    const secret = "recognisable-secret";
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert({ ...CONNECTION, alias: secret, credentials: secret });
    const taken = await storage.connections
      .insert({ ...CONNECTION, id: INTEGRATION.id, alias: secret, credentials: secret })
      .catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: "STORAGE_CONFLICT", adapter: "prisma" });
    expect(inspect(taken, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(taken)).not.toContain(secret);
  });

  describe("in a transaction of the app's", () => {
    it("commits together with the app's own rows", async () => {
      await prisma().$transaction(async (inside) => {
        const storage = prismaStorage(inside);
        await inside.user.create({ data: GRACE });
        await storage.integrations.insert(INTEGRATION);
        await storage.connections.insert(CONNECTION);
        await storage.flows.insert(FLOW);
      });
      const storage = prismaStorage(prisma());
      expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
      expect(await storage.flows.consume(FLOW.id)).toEqual(FLOW);
      expect(await prisma().user.findMany()).toEqual([GRACE]);
    });

    it("connects a user by a toolset's `withTransaction`, if the app commits", async () => {
      const { toolset } = setUp({ storage: prismaStorage(prisma()), encryption: { keys: KEYS } });
      await toolset.createIntegration({ app: "acme", authScheme: "API_KEY" });
      const connect = (thenFail: boolean) =>
        prisma().$transaction(async (inside) => {
          await toolset
            .withTransaction(prismaStorage(inside))
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

    it("refuses the client itself, and says after the transaction's end that it has ended", async () => {
      const { toolset } = setUp({ storage: prismaStorage(prisma()), encryption: { keys: KEYS } });
      expect(() => toolset.withTransaction(prismaStorage(prisma()))).toThrow(
        expect.objectContaining({
          code: "CONFIG_INVALID",
          hint: expect.stringContaining("prismaStorage(tx)"),
        }),
      );
      const kept = await prisma().$transaction(async (inside) => {
        const within = toolset.withTransaction(prismaStorage(inside));
        expect(await within.getIntegrations()).toEqual([]);
        return within;
      });
      for (const use of [
        () => kept.getIntegrations(),
        () => kept.createIntegration({ app: "acme", authScheme: "API_KEY" }),
      ]) {
        await expect(use()).rejects.toMatchObject({
          code: "STORAGE_FAILED",
          retryable: false,
          message: expect.stringContaining("has ended"),
        });
      }
      expect(await toolset.getIntegrations()).toEqual([]);
    });

    it("leaves nothing when it is rolled back, cascading deletes included", async () => {
      const storage = prismaStorage(prisma());
      await storage.integrations.insert(INTEGRATION);
      await storage.connections.insert(CONNECTION);
      const before = await dumpOf(prisma());
      const work = prisma().$transaction(async (inside) => {
        const storageInside = prismaStorage(inside);
        await inside.user.create({ data: GRACE });
        await storageInside.connections.compareAndSwap({ ...CONNECTION, credentials: "new", version: 2 }, 1);
        await storageInside.flows.insert(FLOW);
        await storageInside.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 });
        expect(await storageInside.integrations.delete(INTEGRATION.id)).toBe(true);
        throw new Error("the app changed its mind");
      });
      await expect(work).rejects.toThrow("the app changed its mind");
      expect(await dumpOf(prisma())).toBe(before);
      expect(await prisma().user.findMany()).toEqual([]);
    });
  });
});

interface Operation {
  readonly operation: string;
  readonly args: unknown;
  query(args: unknown): Promise<unknown>;
}

describeOn("postgresql", "prismaStorage and the app's database", (serverUrl) => {
  it("uses no connection but the pool's, and gives each back", async () => {
    const { url, drop } = await postgresqlDatabase(serverUrl);
    const pool = new pg.Pool({ connectionString: url, max: 2 });
    const PrismaClient = await generatedClient("postgresql");
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    await migrateStorage(prisma);
    const storage = prismaStorage(prisma);
    await storage.integrations.insert(INTEGRATION);
    const all = Array.from({ length: 20 }, async (_, index) => {
      const id = `${CONNECTION.id.slice(0, -2)}${index + 10}`;
      await storage.connections.insert({ ...CONNECTION, id, alias: null });
      await storage.connections.delete({ id, entityId: CONNECTION.entityId });
    });
    await Promise.all(all);
    const { rows } = await pool.query(
      "select count(*)::int as connections from pg_stat_activity where datname = current_database()",
    );
    expect(rows).toEqual([{ connections: pool.totalCount }]);
    expect(pool.idleCount).toBe(pool.totalCount);
    await prisma.$disconnect();
    await pool.end();
    await drop();
  });

  it("keeps to the schema it is given, and tells what was not migrated, or cannot be reached", async () => {
    const { url, drop } = await postgresqlDatabase(serverUrl);
    const PrismaClient = await generatedClient("postgresql");
    const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
    await prisma.$executeRawUnsafe("create schema auth");
    await prisma.$transaction((inside) => migrateStorage(inside, { schema: "auth" }));
    const storage = prismaStorage(prisma, { schema: "auth" });
    await storage.integrations.insert(INTEGRATION);
    expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
    await expect(prismaStorage(prisma).integrations.get("x")).rejects.toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
      hint: expect.stringContaining("mooring/storage/prisma"),
    });
    const gone = new PrismaClient({
      adapter: new PrismaPg({ connectionString: "postgres://127.0.0.1:1/x" }),
    });
    const unreachable = { code: "STORAGE_FAILED", retryable: true, cause: { code: "ECONNREFUSED" } };
    await expect(prismaStorage(gone).integrations.get("x")).rejects.toMatchObject(unreachable);
    await expect(prismaStorage(gone).connections.delete(CONNECTION)).rejects.toMatchObject(unreachable);
    await expect(migrateStorage(gone)).rejects.toMatchObject(unreachable);
    await prisma.$disconnect();
    await drop();
  });
});

describe("prismaStorage of what it cannot use", () => {
  const client = {
    $queryRawUnsafe: async () => [],
    $executeRawUnsafe: async () => 0,
    $connect: async () => {},
  };

  it.each([
    ["nothing", undefined, "prisma"],
    ["a pool", new pg.Pool(), "prisma"],
    ["a client of another database", { ...client, _activeProvider: "sqlserver" }, "provider"],
    ["a client that does not say of which", client, "provider"],
    ["a client without transactions", { ...client, _activeProvider: "mysql" }, "prisma"],
  ])("refuses %s, and says what it takes", (_, value, path) => {
    const call: () => unknown = () => Reflect.apply(prismaStorage, undefined, [value]);
    expect(call).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", issues: [expect.objectContaining({ path })] }),
    );
  });

  it("takes the word of an option where the client does not say", () => {
    const known = { ...client, $transaction: async () => {} };
    expect(prismaStorage(known, { provider: "sqlite" }).name).toBe("prisma");
  });
});
