import type { Kysely } from "kysely";
import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventRecord, StorageAdapter } from "../../../src/ports/storage.js";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import type { HostTables } from "../../support/pglite.js";
import { CONNECTION, INTEGRATION } from "../../support/records.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

const uuid = (number: number): string => `019b76da-a800-7000-8000-${String(number).padStart(12, "0")}`;

const event = (number: number, availableAt = 0): EventRecord => ({
  id: uuid(number),
  type: "connection.refreshed",
  connectionId: CONNECTION.id,
  entityId: CONNECTION.entityId,
  integrationId: INTEGRATION.id,
  app: CONNECTION.app,
  authScheme: CONNECTION.authScheme,
  reason: null,
  occurredAt: 0,
  availableAt,
});

describeSqlEngines("ten callers at once, over connections of their own,", (database) => {
  let callers: readonly StorageAdapter[];
  beforeAll(async () => {
    await migrateStorage(database().db);
    callers = Array.from({ length: 10 }, () => kyselyStorage(database().connect({ max: 2 })));
  });
  beforeEach(async () => {
    await database().empty();
    const storage = kyselyStorage(database().db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
  });
  const record = async (count: number): Promise<void> => {
    const storage = kyselyStorage(database().db);
    const events = Array.from({ length: count }, (_, index) => event(index + 1));
    await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, events);
  };
  const claim = { now: 1000, hideUntil: 2000, limit: 7 };

  it("are handed each event once, and none is left", async () => {
    await record(100);
    const handedOut = await Promise.all(
      callers.map(async ({ outbox }) => {
        const mine: string[] = [];
        for (;;) {
          const claimed = (await outbox?.claim(claim)) ?? [];
          if (claimed.length === 0) return mine;
          expect(claimed.length).toBeLessThanOrEqual(claim.limit);
          mine.push(...claimed.map(({ id }) => id));
        }
      }),
    );
    const ids = handedOut.flat().sort();
    expect(ids).toEqual([...new Set(ids)]);
    const left = (await kyselyStorage(database().db).outbox?.claim({ ...claim, limit: 1000 })) ?? [];
    expect([...ids, ...left.map(({ id }) => id)].sort()).toEqual(
      Array.from({ length: 100 }, (_, index) => uuid(index + 1)),
    );
  });

  it("are handed events that were not acknowledged once more, after those that were never handed out", async () => {
    await record(3);
    const { outbox } = kyselyStorage(database().db);
    const first = await outbox?.claim({ ...claim, limit: 2 });
    expect(first?.map(({ id, availableAt }) => [id, availableAt])).toEqual([
      [uuid(1), 2000],
      [uuid(2), 2000],
    ]);
    await outbox?.acknowledge([uuid(1)]);
    const later = { now: 2000, hideUntil: 3000, limit: 1 };
    expect((await outbox?.claim(later))?.map(({ id }) => id)).toEqual([uuid(3)]);
    expect((await outbox?.claim(later))?.map(({ id }) => id)).toEqual([uuid(2)]);
    expect(await outbox?.claim(later)).toEqual([]);
  });

  it("connect 200 times to one integration that another deletes, and leave no connection behind", async () => {
    const outcomes = await Promise.all([
      ...callers.flatMap(({ connections }, caller) =>
        Array.from({ length: 20 }, async (_, index) => {
          const id = uuid(1000 + caller * 100 + index);
          await connections
            .insert({ ...CONNECTION, id, alias: id }, [event(5000 + caller * 100 + index)])
            .catch((error: unknown) => expect(error).toMatchObject({ code: "STORAGE_CONFLICT" }));
          return true;
        }),
      ),
      kyselyStorage(database().db).integrations.delete(INTEGRATION.id),
    ]);
    expect(outcomes).not.toContain(false);
    const page = await kyselyStorage(database().db).connections.scan({ limit: 10, cursor: null });
    expect(page.items).toEqual([]);
  });
});

describeSqlEngines(
  "a deadlock with a transaction of the app's",
  (database, { family }) => {
    const db = (): Kysely<HostTables> => database().db;
    beforeAll(() => migrateStorage(db()));

    it("ends well: who the database gives up is run again", async () => {
      const storage = kyselyStorage(database().connect());
      await storage.integrations.insert(INTEGRATION);
      await storage.connections.insert(CONNECTION);
      const app = await db().startTransaction().execute();
      await sql`update mooring_connections set updated_at = 7 where id = ${CONNECTION.id}`.execute(app);
      // Holds the integration, and waits for its connection.
      const deleted = storage.integrations.delete(INTEGRATION.id);
      await waitUntil(async () => (await waiting(db(), family)) > 0);
      // Holds the connection, and waits for its integration.
      await sql`update mooring_integrations set updated_at = 7 where id = ${INTEGRATION.id}`
        .execute(app)
        .then(() => app.commit().execute())
        .catch(() => app.rollback().execute());
      expect(await deleted).toBe(true);
      expect(await storage.integrations.get(INTEGRATION.id)).toBeNull();
      expect(await storage.connections.get(CONNECTION)).toBeNull();
    });
  },
  ["postgresql", "mariadb"],
);

describeSqlEngines(
  "a file another process is writing",
  (database) => {
    beforeAll(() => migrateStorage(database().db));

    describe("is waited for a moment", () => {
      it("and written when the other is done", async () => {
        const storage = kyselyStorage(database().connect());
        const other = await database().db.startTransaction().execute();
        await sql`insert into users values (2, 'Grace')`.execute(other);
        const inserted = storage.integrations.insert(INTEGRATION);
        await other.commit().execute();
        await inserted;
        expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
      });

      it("and no longer: then the error is one that may pass", async () => {
        const storage = kyselyStorage(database().connect());
        const other = await database().db.startTransaction().execute();
        await sql`insert into users values (3, 'Edsger')`.execute(other);
        await expect(storage.integrations.delete(INTEGRATION.id)).rejects.toMatchObject({
          code: "STORAGE_FAILED",
          retryable: true,
        });
        await other.rollback().execute();
        expect(await storage.integrations.delete(INTEGRATION.id)).toBe(true);
      });
    });
  },
  ["node-sqlite3-wasm", "node:sqlite"],
);

/** How many connections to this database wait for a lock. */
async function waiting(db: Kysely<HostTables>, family: string): Promise<number> {
  const query =
    family === "postgresql"
      ? sql<{ count: unknown }>`
          select count(*) as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
      : sql<{ count: unknown }>`
          select count(*) as count from information_schema.innodb_trx as trx
          join information_schema.processlist as process on process.id = trx.trx_mysql_thread_id
          where trx.trx_state = 'LOCK WAIT' and process.db = database()`;
  const { rows } = await query.execute(db);
  return Number(rows[0]?.count);
}

async function waitUntil(holds: () => Promise<boolean>): Promise<void> {
  // MariaDB answers from a copy of `innodb_trx` that it renews only when nobody has read it for 100 ms.
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 250));
}
