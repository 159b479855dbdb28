import type { StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import { describe, expect, it } from "vitest";
import { createVault } from "../../src/core/vault.js";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { setUp } from "../support/acme.js";
import { deferred } from "../support/deferred.js";
import { describeEachDatabase } from "../support/each-database.js";
import { dumpMooringTables } from "../support/pglite.js";
import {
  connectionsIn,
  edit,
  keysInUse,
  NEW,
  OLD,
  processOn,
  stock,
  tokenOf,
} from "../support/rotated-keys.js";
import { settle } from "../support/rotating-provider.js";

/** Memory whose compare-and-swap of connections is what a test makes of it. */
function swappingMemory(
  swap: (
    inner: () => Promise<boolean>,
    ...args: Parameters<StorageAdapter["connections"]["compareAndSwap"]>
  ) => Promise<boolean>,
): StorageAdapter {
  const memory = memoryStorage();
  const { compareAndSwap } = memory.connections;
  return {
    ...memory,
    connections: {
      ...memory.connections,
      compareAndSwap: (...args) => swap(() => compareAndSwap(...args), ...args),
    },
  };
}

describeEachDatabase("rotateEncryptionKeys", (db) => {
  const storage = () => kyselyStorage(db());

  it("changes nothing of a connection that its host sees", async () => {
    await stock(processOn(storage(), OLD).toolset, 3);
    const heard: string[] = [];
    const { toolset, clock } = setUp({
      storage: storage(),
      encryption: { keys: [NEW, OLD] },
      hooks: { "connection.active": ({ type }) => void heard.push(type) },
    });
    const before = await connectionsIn(storage());
    const [shown] = await toolset.getEntity("user-1").getConnections();
    await clock.advance(60_000);
    await toolset.rotateEncryptionKeys();
    const after = await connectionsIn(storage());
    expect(after).toEqual(
      before.map((record) => ({ ...record, version: record.version + 1, credentials: expect.any(String) })),
    );
    expect((await toolset.getEntity("user-1").getConnections())[0]?.toJSON()).toEqual(shown?.toJSON());
    await toolset.deliverEvents();
    expect(heard).toEqual([]);
  });

  it("can be repeated, and goes on from a cursor", async () => {
    await stock(processOn(storage(), OLD).toolset, 450);
    const { toolset } = processOn(storage(), NEW, OLD);
    const controller = new AbortController();
    let cursor: string | null = null;
    const stopped = toolset.rotateEncryptionKeys({
      signal: controller.signal,
      onProgress: (progress) => {
        cursor = progress.cursor;
        controller.abort(new Error("deploying"));
      },
    });
    await expect(stopped).rejects.toThrow("deploying");
    expect(await keysInUse(storage())).toEqual(new Set([OLD.id, NEW.id]));
    expect(await toolset.rotateEncryptionKeys({ cursor: cursor ?? "" })).toMatchObject({
      scanned: 250,
      rewritten: 250,
    });
    expect(await keysInUse(storage())).toEqual(new Set([NEW.id]));
    expect(await toolset.rotateEncryptionKeys()).toEqual({
      scanned: 451,
      rewritten: 0,
      current: 451,
      failed: 0,
      failures: [],
      keyId: NEW.id,
    });
  });

  it("says which values it cannot open, leaves them as they are, and goes on", async () => {
    await stock(processOn(storage(), OLD).toolset, 6);
    const foreign = createVault([{ id: "lost", secret: "a-key-that-nobody-has-any-more-32" }]);
    const lost = await foreign.seal("value", { table: "connections", id: "x", entityId: "user-1" });
    const other = (await connectionsIn(storage())).find(({ entityId }) => entityId === "user-5");
    const broken = [
      await edit(storage(), 1, () => lost),
      await edit(storage(), 2, (sealed) => `${sealed.slice(0, -4)}AAAA`),
      await edit(storage(), 3, () => "edited by hand"),
      await edit(storage(), 4, () => other?.credentials ?? ""),
    ];
    const report = await processOn(storage(), NEW, OLD).toolset.rotateEncryptionKeys();
    expect(report).toMatchObject({ scanned: 7, rewritten: 3, current: 0, failed: 4 });
    const codes = ["KEY_UNKNOWN", "DECRYPT_FAILED", "DECRYPT_FAILED", "CIPHERTEXT_MOVED"];
    const expected = broken.map(({ id }, index) => ({ table: "connections", id, code: codes[index] }));
    expect(report.failures.toSorted((one, two) => one.id.localeCompare(two.id))).toEqual(
      expected.toSorted((one, two) => one.id.localeCompare(two.id)),
    );
    const left = (await connectionsIn(storage())).filter(({ id }) => broken.some((each) => each.id === id));
    expect(left).toEqual(expect.arrayContaining(broken));
  });

  it("writes nothing at all when it has none of the keys", async () => {
    await stock(processOn(storage(), OLD).toolset, 2);
    const before = await dumpMooringTables(db());
    const report = await processOn(storage(), NEW).toolset.rotateEncryptionKeys();
    expect(report).toMatchObject({ scanned: 3, rewritten: 0, failed: 3 });
    expect(await dumpMooringTables(db())).toBe(before);
  });

  it("ends with an error that names a row which is not as it was written, and can be repeated after that", async () => {
    await stock(processOn(storage(), OLD).toolset, 3);
    const [first] = await connectionsIn(storage());
    const setParams = (params: string) =>
      db()
        .withTables<{ mooring_connections: { id: string; params: string } }>()
        .updateTable("mooring_connections")
        .set({ params })
        .where("id", "=", first?.id ?? "")
        .execute();
    await setParams("{edited");
    const { toolset, clock } = processOn(storage(), NEW, OLD);
    expect(await settle(clock, toolset.rotateEncryptionKeys())).toMatchObject({
      status: "rejected",
      reason: { code: "STORAGE_FAILED", message: expect.stringContaining(first?.id ?? "") },
    });
    await setParams("{}");
    expect(await toolset.rotateEncryptionKeys()).toMatchObject({ scanned: 4, failed: 0 });
    expect(await keysInUse(storage())).toEqual(new Set([NEW.id]));
  });
});

describeEachDatabase("a value that is read", (db) => {
  it("is sealed under the current key, in the background, once", async () => {
    const storage = kyselyStorage(db());
    await stock(processOn(storage, OLD).toolset, 3);
    const version = async () => {
      const { items } = await storage.connections.list({ entityId: "user-1", limit: 1, cursor: null });
      return items[0]?.version;
    };
    const before = (await version()) ?? 0;
    const { toolset } = processOn(storage, NEW, OLD);
    expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
    await expect.poll(version).toBe(before + 1);
    await tokenOf(toolset, 1);
    await tokenOf(processOn(storage, NEW).toolset, 1);
    expect(await version()).toBe(before + 1);
    expect(await keysInUse(storage)).toEqual(new Set([OLD.id, NEW.id]));
  });
});

it("is there even when it cannot be sealed anew", async () => {
  const storage = swappingMemory(() => Promise.reject(new Error("read-only")));
  await stock(processOn(storage, OLD).toolset, 2);
  const warnings: string[] = [];
  const logger = { debug() {}, warn: (message: string) => void warnings.push(message) };
  const { toolset } = setUp({ storage, encryption: { keys: [NEW, OLD] }, logger });
  expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
  await expect.poll(() => warnings).toHaveLength(1);
  expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
});

describe("rotateEncryptionKeys", () => {
  it("waits for a database that is away for a moment", async () => {
    let isAway = 0;
    const storage = swappingMemory((inner) => {
      isAway -= 1;
      if (isAway < 0) return inner();
      const options = { adapter: "memory", operation: "test", retryable: true };
      return Promise.reject(new StorageError("STORAGE_FAILED", "Away.", options));
    });
    await stock(processOn(storage, OLD).toolset, 10);
    isAway = 40;
    const { toolset, clock } = processOn(storage, NEW, OLD);
    expect(await settle(clock, toolset.rotateEncryptionKeys())).toMatchObject({
      status: "fulfilled",
      value: { rewritten: 11, failed: 0 },
    });
  });

  it("ends when the database stays away for half a minute, or refuses every write", async () => {
    const failing = (retryable: boolean) =>
      swappingMemory(() => {
        const options = { adapter: "memory", operation: "test", retryable };
        return Promise.reject(new StorageError("STORAGE_FAILED", "Away.", options));
      });
    for (const retryable of [true, false]) {
      const storage = failing(retryable);
      await stock(processOn(storage, OLD).toolset, 50);
      const { toolset, clock } = processOn(storage, NEW, OLD);
      const before = clock.now();
      expect(await settle(clock, toolset.rotateEncryptionKeys())).toMatchObject({
        status: "rejected",
        reason: { code: "STORAGE_FAILED", retryable },
      });
      if (retryable) expect(clock.now() - before).toBeGreaterThanOrEqual(30_000);
    }
  });

  it("seals as many values at a time as it may", async () => {
    let underWay = 0;
    let most = 0;
    const three = deferred();
    const storage = swappingMemory(async (inner) => {
      underWay += 1;
      most = Math.max(most, underWay);
      // A fourth would have the time to come.
      if (underWay === 3) setTimeout(three.resolve, 50);
      await three.promise;
      underWay -= 1;
      return inner();
    });
    await stock(processOn(storage, OLD).toolset, 40);
    const { toolset } = processOn(storage, NEW, OLD);
    await toolset.rotateEncryptionKeys({ concurrency: 3 });
    expect(most).toBe(3);
  });

  it("counts what was changed or removed meanwhile", async () => {
    let first = true;
    const storage: StorageAdapter = swappingMemory(async (inner, record) => {
      if (!first) return inner();
      first = false;
      const others = (await connectionsIn(storage)).filter(({ id }) => id !== record.id);
      for (const other of others) await storage.connections.delete(other);
      // Another writer was faster.
      await edit(storage, Number(record.entityId.replace("user-", "")), (sealed) => sealed);
      return inner();
    });
    await stock(processOn(storage, OLD).toolset, 3);
    const { toolset } = processOn(storage, NEW, OLD);
    const report = await toolset.rotateEncryptionKeys({ concurrency: 1 });
    expect(report).toMatchObject({ scanned: 4, rewritten: 2, current: 2, failed: 0 });
    expect(await keysInUse(storage)).toEqual(new Set([NEW.id]));
  });

  it("says that there is no key to rotate to when encryption is off", async () => {
    const { toolset } = setUp({ encryption: false });
    await expect(toolset.rotateEncryptionKeys()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "encryption", message: "expected { keys } or { vault }" }],
    });
  });

  it.each([
    [{ concurrency: 0 }, "concurrency"],
    [{ cursor: "" }, "cursor"],
    [{ cursor: "no cursor" }, "cursor"],
    [{ onProgress: true }, "onProgress"],
  ])("refuses %j", async (options, path) => {
    // @ts-expect-error: what JavaScript would let through
    await expect(setUp().toolset.rotateEncryptionKeys(options)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [expect.objectContaining({ path })],
    });
  });
});
