import { inspect } from "node:util";
import { CamelCasePlugin, ParseJSONResultsPlugin } from "kysely";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EventRecord, StorageAdapter } from "../../src/ports/storage.js";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { storageConformance } from "../../src/testing/storage-conformance.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";
import { describeSqlEngines } from "../support/sql-engines.js";

const EVENT: EventRecord = {
  id: "019b76da-a800-7000-8000-000000000003",
  type: "connection.refreshed",
  connectionId: CONNECTION.id,
  entityId: CONNECTION.entityId,
  integrationId: INTEGRATION.id,
  app: CONNECTION.app,
  authScheme: CONNECTION.authScheme,
  reason: 'it was "due" 🚢',
  occurredAt: 1_767_225_600_000,
  availableAt: 1_767_225_600_000,
};
const CLAIM = { now: EVENT.availableAt, hideUntil: EVENT.availableAt + 1000, limit: 10 };

describeSqlEngines("kyselyStorage conforms", (database, { name: engine, family }) => {
  const sharesClock = engine === "pglite" || engine === "node-sqlite3-wasm";
  beforeAll(() => migrateStorage(database().db));

  const create = async () => {
    await database().empty();
    return { storage: kyselyStorage(database().db), dump: database().dump, sharesClock };
  };
  for (const { name, run } of storageConformance(create)) it(name, run);

  if (family !== "sqlite") return;
  describe("over a connection that does not enforce foreign keys", () => {
    let storage: StorageAdapter;
    beforeAll(() => {
      storage = kyselyStorage(database().connect({ foreignKeys: false }));
    });

    const createLoose = async () => {
      await database().empty();
      return { storage, dump: database().dump, sharesClock };
    };
    for (const { name, run } of storageConformance(createLoose)) it(name, run);
  });
});

describeSqlEngines("kyselyStorage", (database, { family }) => {
  let storage: StorageAdapter;
  beforeAll(() => migrateStorage(database().db));
  beforeEach(async () => {
    await database().empty();
    storage = kyselyStorage(database().db);
    await storage.integrations.insert(INTEGRATION);
    await storage.connections.insert(CONNECTION);
    database().statements.length = 0;
  });
  const statements = () => database().statements.map(({ sql }) => sql);

  it("says that its records outlive the process", () => {
    expect(storage).toMatchObject({ name: "kysely", persistent: true });
  });

  it("reads a connection with its integration in one statement", async () => {
    expect(await storage.connections.get(CONNECTION)).toEqual({
      connection: CONNECTION,
      integration: INTEGRATION,
    });
    expect(statements()).toHaveLength(1);
  });

  it("swaps in one statement that names id, entity and version", async () => {
    await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1);
    expect(statements()).toEqual([
      expect.stringMatching(
        /^update .* where ["`]id["`] = \S+ and ["`]entity_id["`] = \S+ and ["`]version["`] = \S+$/,
      ),
    ]);
  });

  it("records events in the step of the write they tell of, and with no other", async () => {
    const swapped = await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, [EVENT]);
    expect(swapped).toBe(true);
    const late = { ...EVENT, id: "019b76da-a800-7000-8000-000000000004" };
    expect(await storage.connections.compareAndSwap({ ...CONNECTION, version: 3 }, 1, [late])).toBe(false);
    expect(await storage.connections.delete({ ...CONNECTION, entityId: "user_2" }, [late])).toBe(false);
    expect(await storage.outbox?.claim(CLAIM)).toEqual([{ ...EVENT, availableAt: CLAIM.hideUntil }]);
  });

  it("writes nothing when an event cannot be recorded", async () => {
    await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, [EVENT]);
    const conflict = { code: "STORAGE_CONFLICT" };
    const other = { ...CONNECTION, id: INTEGRATION.id, alias: "other" };
    await expect(storage.connections.insert(other, [EVENT])).rejects.toMatchObject(conflict);
    await expect(
      storage.connections.compareAndSwap({ ...CONNECTION, version: 3 }, 2, [EVENT]),
    ).rejects.toMatchObject(conflict);
    await expect(storage.connections.delete(CONNECTION, [EVENT])).rejects.toMatchObject(conflict);
    expect(await storage.connections.get(other)).toBeNull();
    expect((await storage.connections.get(CONNECTION))?.connection.version).toBe(2);
  });

  it("records any number of events at once", async () => {
    const events = Array.from({ length: 20 }, (_, index) => ({
      ...EVENT,
      id: `019b76da-a800-7000-8000-0000000001${String(index).padStart(2, "0")}`,
      reason: index % 2 === 0 ? null : `reason ${index}`,
    }));
    await storage.connections.delete(CONNECTION, events);
    const claimed = await storage.outbox?.claim({ ...CLAIM, limit: 100 });
    expect(claimed).toEqual(events.map((event) => ({ ...event, availableAt: CLAIM.hideUntil })));
  });

  if (family === "postgresql") {
    it("needs one statement for a write and its events", async () => {
      await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1, [EVENT]);
      expect(statements()).toHaveLength(1);
      await storage.connections.delete(CONNECTION, [{ ...EVENT, id: INTEGRATION.id }]);
      expect(statements()).toHaveLength(2);
      await storage.connections.insert(CONNECTION, [{ ...EVENT, id: CONNECTION.id }]);
      expect(statements()).toHaveLength(3);
    });
  }

  it("keeps text of a megabyte, in any script", async () => {
    const credentials = "漢🔑".repeat(150_000);
    const record = { ...CONNECTION, credentials, statusReason: "漢".repeat(100_000), version: 2 };
    expect(await storage.connections.compareAndSwap(record, 1)).toBe(true);
    expect((await storage.connections.get(CONNECTION))?.connection).toEqual(record);
  });

  it("lets no value of a row into an error, whatever the driver says", async () => {
    const secret = "recognisable-secret";
    const record = { ...CONNECTION, id: INTEGRATION.id, alias: secret, credentials: secret };
    await storage.connections.insert({ ...record, id: EVENT.id });
    const errors = [await storage.connections.insert(record).catch((error: unknown) => error)];
    expect(errors).toMatchObject([{ code: "STORAGE_CONFLICT", cause: { name: expect.any(String) } }]);
    if (family !== "sqlite") {
      const tooLong = { ...record, alias: null, app: `${secret}${"x".repeat(80)}` };
      errors.push(await storage.connections.insert(tooLong).catch((error: unknown) => error));
      expect(errors[1]).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
    }
    expect(inspect(errors, { depth: 9, showHidden: true })).not.toContain(secret);
    expect(JSON.stringify(errors)).not.toContain(secret);
  });

  it("is not disturbed by the app's plugins", async () => {
    const db = database().db.withPlugin(new CamelCasePlugin()).withPlugin(new ParseJSONResultsPlugin());
    expect((await kyselyStorage(db).connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
  });

  if (family === "postgresql") {
    it("keeps to the schema the app chose", async () => {
      await database().db.schema.createSchema("auth").execute();
      const db = database().db.withSchema("auth");
      await migrateStorage(db);
      await migrateStorage(db);
      const inside = kyselyStorage(db);
      await inside.integrations.insert({ ...INTEGRATION, name: "inside" });
      await inside.connections.insert({ ...CONNECTION, alias: "inside" }, [EVENT]);
      await inside.connections.compareAndSwap({ ...CONNECTION, alias: "swapped", version: 2 }, 1, [
        { ...EVENT, id: CONNECTION.id },
      ]);
      expect((await inside.connections.get(CONNECTION))?.connection.alias).toBe("swapped");
      expect(await inside.outbox?.claim(CLAIM)).toHaveLength(2);
      expect((await storage.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
      expect(await storage.outbox?.claim(CLAIM)).toEqual([]);
      expect(await inside.integrations.delete(INTEGRATION.id)).toBe(true);
      expect(await storage.connections.get(CONNECTION)).not.toBeNull();
    });
  }
});
