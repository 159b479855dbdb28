import { beforeAll, beforeEach, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import { CONNECTION, FLOW, INTEGRATION } from "../../support/records.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

describeSqlEngines("kyselyStorage in a transaction of the app's", (database, { family }) => {
  const db = () => database().db;
  beforeAll(() => migrateStorage(db()));
  beforeEach(async () => {
    await database().empty();
    await db().deleteFrom("users").execute();
  });

  it("commits together with the app's own rows", async () => {
    await db()
      .transaction()
      .execute(async (transaction) => {
        const storage = kyselyStorage(transaction);
        await transaction.insertInto("users").values({ id: 2, name: "Grace" }).execute();
        await storage.integrations.insert(INTEGRATION);
        await storage.connections.insert(CONNECTION);
        await storage.flows.insert(FLOW);
      });
    const storage = kyselyStorage(db());
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
    expect(await storage.flows.consume(FLOW.id)).toEqual(FLOW);
    expect(await db().selectFrom("users").selectAll().execute()).toEqual([{ id: 2, name: "Grace" }]);
  });

  it("leaves nothing when it is rolled back, whatever was written in it", async () => {
    const storage = kyselyStorage(db());
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    const before = await database().dump();
    const event = {
      id: FLOW.id.slice(0, 36),
      type: "connection.refreshed",
      connectionId: CONNECTION.id,
      entityId: CONNECTION.entityId,
      integrationId: INTEGRATION.id,
      app: "github",
      authScheme: "OAUTH2",
      reason: null,
      occurredAt: 0,
      availableAt: 0,
    } as const;
    const work = db()
      .transaction()
      .execute(async (transaction) => {
        const inside = kyselyStorage(transaction);
        await transaction.insertInto("users").values({ id: 3, name: "Ada" }).execute();
        await inside.connections.compareAndSwap({ ...CONNECTION, credentials: "new", version: 2 }, 1, [
          event,
        ]);
        await inside.flows.insert(FLOW);
        await inside.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 });
        expect(await inside.outbox?.claim({ now: 1, hideUntil: 2, limit: 5 })).toHaveLength(1);
        expect(await inside.connections.delete(CONNECTION, [{ ...event, id: CONNECTION.id }])).toBe(true);
        expect(await inside.integrations.delete(INTEGRATION.id)).toBe(true);
        throw new Error("the app changed its mind");
      });
    await expect(work).rejects.toThrow("the app changed its mind");
    expect(await database().dump()).toBe(before);
    expect(await db().selectFrom("users").selectAll().execute()).toEqual([]);
  });

  it("says what could not be done, and leaves the end of the transaction to the app", async () => {
    await kyselyStorage(db()).integrations.insert(INTEGRATION);
    const conflict = db()
      .transaction()
      .execute(async (transaction) => {
        await transaction.insertInto("users").values({ id: 4, name: "Ada" }).execute();
        await kyselyStorage(transaction).integrations.insert(INTEGRATION);
      });
    await expect(conflict).rejects.toMatchObject({ code: "STORAGE_CONFLICT" });
    expect(await db().selectFrom("users").selectAll().execute()).toEqual([]);
  });

  if (family !== "postgresql") {
    it("goes on after a conflict the app expected", async () => {
      await kyselyStorage(db()).integrations.insert(INTEGRATION);
      await db()
        .transaction()
        .execute(async (transaction) => {
          const storage = kyselyStorage(transaction);
          await expect(storage.integrations.insert(INTEGRATION)).rejects.toMatchObject({
            code: "STORAGE_CONFLICT",
          });
          await storage.connections.insert(CONNECTION);
        });
      expect(await kyselyStorage(db()).connections.get(CONNECTION)).not.toBeNull();
    });
  }
});
