import { inspect } from "node:util";
import { CamelCasePlugin, ParseJSONResultsPlugin, sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { storageConformance } from "../../src/testing/storage-conformance.js";
import type { HostDatabase } from "../support/pglite.js";
import { dumpMooringTables, emptyMooringTables, startPglite } from "../support/pglite.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";

let host: HostDatabase;
beforeAll(async () => {
  host = await startPglite();
  await migrateStorage(host.db);
});
afterAll(() => host.db.destroy());
beforeEach(() => emptyMooringTables(host.db));

describe("kyselyStorage", () => {
  describe("conforms, on PostgreSQL", () => {
    const create = async () => ({
      storage: kyselyStorage(host.db),
      dump: () => dumpMooringTables(host.db),
    });
    for (const { name, run } of storageConformance(create)) it(name, run);
  });

  it("says that its records outlive the process", () => {
    expect(kyselyStorage(host.db)).toMatchObject({ name: "kysely", persistent: true });
  });

  it("reads a connection with its integration in one statement", async () => {
    const storage = kyselyStorage(host.db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    host.statements.length = 0;
    expect(await storage.connections.get(CONNECTION)).toEqual({
      connection: CONNECTION,
      integration: INTEGRATION,
    });
    expect(host.statements).toHaveLength(1);
  });

  it("swaps in one statement that names id, entity and version", async () => {
    const storage = kyselyStorage(host.db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    host.statements.length = 0;
    await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1);
    expect(host.statements.map((statement) => statement.sql)).toEqual([
      expect.stringMatching(/^update .* where "id" = \$\d+ and "entity_id" = \$\d+ and "version" = \$\d+$/),
    ]);
  });
});

describe("kyselyStorage in a transaction of the app's", () => {
  it("commits together with the app's own rows", async () => {
    await host.db.transaction().execute(async (transaction) => {
      const storage = kyselyStorage(transaction);
      await transaction.insertInto("users").values({ id: 2, name: "Grace" }).execute();
      await storage.integrations.insert(INTEGRATION);
      await storage.connections.insert(CONNECTION);
      await storage.flows.insert(FLOW);
    });
    const storage = kyselyStorage(host.db);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await storage.flows.consume(FLOW.id)).toEqual(FLOW);
  });

  it("leaves nothing when it is rolled back, cascading deletes included", async () => {
    const storage = kyselyStorage(host.db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    const before = await dumpMooringTables(host.db);
    const work = host.db.transaction().execute(async (transaction) => {
      const inside = kyselyStorage(transaction);
      await inside.connections.compareAndSwap({ ...CONNECTION, credentials: "new", version: 2 }, 1);
      await inside.flows.insert(FLOW);
      await inside.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 });
      expect(await inside.integrations.delete(INTEGRATION.id)).toBe(true);
      throw new Error("the app changed its mind");
    });
    await expect(work).rejects.toThrow("the app changed its mind");
    expect(await dumpMooringTables(host.db)).toBe(before);
  });
});

describe("kyselyStorage and the app's Kysely", () => {
  it("is not disturbed by the app's plugins", async () => {
    const db = host.db.withPlugin(new CamelCasePlugin()).withPlugin(new ParseJSONResultsPlugin());
    const storage = kyselyStorage(db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
  });

  it("keeps to the schema the app chose", async () => {
    await host.db.schema.createSchema("auth").execute();
    const db = host.db.withSchema("auth");
    await migrateStorage(db);
    await migrateStorage(db);
    const storage = kyselyStorage(db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await kyselyStorage(host.db).connections.get(CONNECTION)).toBeNull();
    expect(await storage.integrations.delete(INTEGRATION.id)).toBe(true);
  });
});

describe("an error of the driver", () => {
  it("reaches the caller without the values of the row", async () => {
    const storage = kyselyStorage(host.db);
    await storage.integrations.insert(INTEGRATION);
    const secret = "recognisable-secret";
    const record = { ...CONNECTION, alias: secret, credentials: secret, app: `${secret}${"x".repeat(80)}` };
    const tooLong = await storage.connections.insert(record).catch((error: unknown) => error);
    expect(tooLong).toMatchObject({ code: "STORAGE_FAILED", cause: { name: "error", code: "22001" } });
    await storage.connections.insert({ ...record, app: "github" });
    const taken = await storage.connections
      .insert({ ...record, app: "github", id: INTEGRATION.id })
      .catch((error: unknown) => error);
    expect(taken).toMatchObject({ code: "STORAGE_CONFLICT", cause: { name: "error", code: "23505" } });
    expect(inspect([tooLong, taken], { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify([tooLong, taken])).not.toContain(secret);
  });
});

describe("a row edited by hand", () => {
  it.each([
    ["status", "'SLEEPING'"],
    ["labels", "'not json'"],
    ["labels", `'{"0":"a"}'`],
    ["scopes", "'[1]'"],
    ["params", `'{"subdomain":1}'`],
    ["account", `'{"id":42}'`],
    ["attempt", `'{"id":"x","status":"LOST"}'`],
    ["is_default", "7"],
    ["expires_at", "9007199254740993"],
  ])("whose %s is %s is an error that names the column, not a crash", async (column, value) => {
    const storage = kyselyStorage(host.db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    await sql`update mooring_connections set ${sql.ref(column)} = ${sql.raw(value)}`.execute(host.db);
    const expected = {
      code: "STORAGE_FAILED",
      retryable: false,
      message: expect.stringContaining(`\`${column}\` of \`mooring_connections\``),
    };
    await expect(storage.connections.get(CONNECTION)).rejects.toMatchObject({
      ...expected,
      operation: "connections.get",
    });
    const page = { entityId: CONNECTION.entityId, limit: 10, cursor: null };
    await expect(storage.connections.list(page)).rejects.toMatchObject({
      ...expected,
      operation: "connections.list",
    });
  });
});
