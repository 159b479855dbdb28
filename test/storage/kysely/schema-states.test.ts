import type { Kysely } from "kysely";
import { sql } from "kysely";
import { beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import type { HostTables } from "../../support/pglite.js";
import { CONNECTION, INTEGRATION } from "../../support/records.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

/** Each before those it refers to. */
const TABLES = [
  "mooring_flows",
  "mooring_connections",
  "mooring_integrations",
  "mooring_leases",
  "mooring_events",
  "mooring_migrations",
];

const EVENT = {
  type: "connection.refreshed",
  connectionId: CONNECTION.id,
  entityId: CONNECTION.entityId,
  integrationId: INTEGRATION.id,
  app: CONNECTION.app,
  authScheme: CONNECTION.authScheme,
  reason: null,
  occurredAt: 0,
  availableAt: 0,
} as const;

const lease = { key: "k", owner: "o", ttlMs: 1000 };

describeSqlEngines("a database whose schema is not this version's", (database, { family }) => {
  const db = (): Kysely<HostTables> => database().db;
  const storage = () => kyselyStorage(db());
  const asLater = () => sql`insert into mooring_migrations values ('9999_later', 0)`.execute(db());
  beforeEach(async () => {
    for (const name of TABLES) await db().schema.dropTable(name).ifExists().execute();
    await migrateStorage(db());
    await storage().integrations.insert(INTEGRATION);
    await storage().connections.insert(CONNECTION);
  });

  it("never migrated: says so, names what it lacks and what to call", async () => {
    for (const name of TABLES) await db().schema.dropTable(name).execute();
    await expect(storage().integrations.get(INTEGRATION.id)).rejects.toMatchObject({
      name: "StorageError",
      code: "STORAGE_NOT_MIGRATED",
      adapter: "kysely",
      operation: "integrations.get",
      retryable: false,
      message: expect.stringContaining("0001_initial"),
      hint: expect.stringContaining("migrateStorage(db)"),
    });
  });

  it("older: names the steps it lacks", async () => {
    await db().schema.dropTable("mooring_leases").execute();
    await sql`delete from mooring_migrations`.execute(db());
    await expect(storage().leases.acquire(lease)).rejects.toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
      message: expect.stringContaining("0001_initial"),
    });
  });

  it("newer, and without what this version reads: says so, and does not call it a missing migration", async () => {
    await db().schema.alterTable("mooring_connections").dropColumn("attempt").execute();
    await asLater();
    await expect(storage().connections.get(CONNECTION)).rejects.toMatchObject({
      code: "STORAGE_SCHEMA_NEWER",
      retryable: false,
      message: expect.stringContaining("9999_later"),
      hint: expect.stringContaining("Update the package `mooring`"),
    });
  });

  if (family !== "sqlite") {
    it("newer, and with what this version does not write", async () => {
      await db()
        .schema.alterTable("mooring_leases")
        .addColumn("fence", "integer", (column) => column.notNull())
        .execute();
      await asLater();
      await expect(storage().leases.acquire(lease)).rejects.toMatchObject({ code: "STORAGE_SCHEMA_NEWER" });
    });
  }

  it("newer, but still fit for this version: works, so that processes can be replaced one after the other", async () => {
    await db().schema.alterTable("mooring_connections").addColumn("colour", "integer").execute();
    await asLater();
    expect((await storage().connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await storage().connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1)).toBe(true);
  });

  it("with a column dropped by hand: names it", async () => {
    await db().schema.alterTable("mooring_connections").dropColumn("attempt").execute();
    await expect(storage().connections.get(CONNECTION)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      retryable: false,
      message: expect.stringContaining("`attempt`"),
      hint: expect.stringContaining("by hand"),
    });
  });

  it("with a table dropped by hand: names it", async () => {
    await db().schema.dropTable("mooring_leases").execute();
    await expect(storage().leases.acquire(lease)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("`mooring_leases`"),
    });
  });

  it("in a transaction of the app's, where nothing more can be asked on PostgreSQL: says what is known", async () => {
    await db().schema.alterTable("mooring_connections").dropColumn("attempt").execute();
    const work = db()
      .transaction()
      .execute((transaction) => kyselyStorage(transaction).connections.get(CONNECTION));
    await expect(work).rejects.toMatchObject({
      code: family === "postgresql" ? "STORAGE_NOT_MIGRATED" : "STORAGE_FAILED",
    });
  });
});

describeSqlEngines("a row edited by hand", (database) => {
  beforeEach(async () => {
    await migrateStorage(database().db);
    await database().empty();
    const storage = kyselyStorage(database().db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
  });

  it("holds up no other event, and is told of when it is all there is", async () => {
    const { connections, outbox } = kyselyStorage(database().db);
    const event = (id: string) => ({ ...EVENT, id });
    await connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, [
      event(CONNECTION.id),
      event(INTEGRATION.id),
    ]);
    await sql`update mooring_events set type = 'connection.lost' where id = ${CONNECTION.id}`.execute(
      database().db,
    );
    const claimed = await outbox?.claim({ now: 1, hideUntil: 2, limit: 10 });
    expect(claimed?.map(({ id }) => id)).toEqual([INTEGRATION.id]);
    await outbox?.acknowledge([INTEGRATION.id]);
    await expect(outbox?.claim({ now: 2, hideUntil: 3, limit: 10 })).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining(`\`type\` of \`mooring_events\``),
    });
  });

  describe.each([
    ["mooring_connections", "status", "'SLEEPING'"],
    ["mooring_connections", "labels", "'not json'"],
    ["mooring_connections", "labels", `'{"0":"a"}'`],
    ["mooring_connections", "scopes", "'[1]'"],
    ["mooring_connections", "params", `'{"subdomain":1}'`],
    ["mooring_connections", "account", `'{"id":42}'`],
    ["mooring_connections", "attempt", `'{"id":"x","status":"LOST"}'`],
    ["mooring_connections", "is_default", "7"],
    ["mooring_integrations", "enabled", "2"],
  ])("whose %s.%s is %s", (table, column, value) => {
    it("is an error that names table, column and row, and no value", async () => {
      const storage = kyselyStorage(database().db);
      await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.raw(value)}`.execute(database().db);
      const row = table === "mooring_connections" ? CONNECTION : INTEGRATION;
      await expect(storage.connections.get(CONNECTION)).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        operation: "connections.get",
        retryable: false,
        message: expect.stringMatching(new RegExp(`\`${column}\` of \`${table}\`.* in row ${row.id}`)),
        hint: expect.stringContaining("by hand"),
      });
      const page = { entityId: CONNECTION.entityId, limit: 10, cursor: null };
      const list = table === "mooring_connections" ? storage.connections : storage.integrations;
      await expect(list.list(page)).rejects.toThrow(`\`${column}\` of \`${table}\``);
    });
  });
});
