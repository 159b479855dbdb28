import type { ConnectionRecord, StorageAdapter } from "mooring";
import { memoryStorage } from "mooring";
import { describe, expect, it, vi } from "vitest";
import { createResealer } from "../../src/core/resealer.js";
import { createVault } from "../../src/core/vault.js";
import { deferred } from "../support/deferred.js";
import { CONNECTION, INTEGRATION } from "../support/records.js";

const OLD = { id: "2025-11", secret: "an-encryption-key-of-the-host-25" };
const NEW = { id: "2026-11", secret: "an-encryption-key-of-the-host-26" };
const HOUR = 3_600_000;
const former = createVault([OLD]);
const vault = createVault([NEW, OLD]);

const bindingOf = ({ id, entityId }: ConnectionRecord) => ({ table: "connections", id, entityId }) as const;

/** Connections under the former key in memory, and a resealer over what `wrap` makes of that. */
async function stored(count: number, wrap = (storage: StorageAdapter) => storage) {
  const inner = memoryStorage();
  await inner.integrations.insert({ ...INTEGRATION, config: null });
  const records: ConnectionRecord[] = [];
  for (let index = 0; index < count; index += 1) {
    const record = { ...CONNECTION, id: `c-${index}`, alias: null };
    const sealed = { ...record, credentials: await former.seal(`value ${index}`, bindingOf(record)) };
    await inner.connections.insert(sealed);
    records.push(sealed);
  }
  const time = { now: 0 };
  const logger = { debug() {}, warn: vi.fn() };
  const resealer = createResealer({ storage: wrap(inner), vault, logger, now: () => time.now });
  const read = (record: ConnectionRecord) => resealer.later({ kind: "connection", record });
  const rowOf = async ({ id, entityId }: ConnectionRecord) => {
    const row = await inner.connections.get({ id, entityId });
    if (row === null) throw new Error("The row is gone.");
    return row.connection;
  };
  const keyOf = async (record: ConnectionRecord) => vault.keyIdOf((await rowOf(record)).credentials ?? "");
  return { inner, records, read, rowOf, keyOf, time, logger };
}

/** Makes each compare-and-swap of connections do something else first. */
const swapping = (first: () => Promise<void>) => (storage: StorageAdapter) => ({
  ...storage,
  connections: {
    ...storage.connections,
    async compareAndSwap(...args: Parameters<StorageAdapter["connections"]["compareAndSwap"]>) {
      await first();
      return storage.connections.compareAndSwap(...args);
    },
  },
});

describe("a value that was read under a former key", () => {
  it("is the same under the current one, in a row of which nothing but the version has changed", async () => {
    const { records, read, rowOf, keyOf } = await stored(1);
    const [before] = records;
    if (before === undefined) throw new Error("There is no record.");
    read(before);
    await expect.poll(() => keyOf(before)).toBe(NEW.id);
    const { credentials, ...after } = await rowOf(before);
    const { credentials: _, ...rest } = before;
    expect(after).toEqual({ ...rest, version: 2 });
    expect(await vault.open(credentials ?? "", bindingOf(before))).toBe("value 0");
  });

  it("is written once an hour at most, so that processes with different keys do not undo each other at every read", async () => {
    const swaps = vi.fn(async () => {});
    const { inner, records, read, rowOf, keyOf, time } = await stored(1, swapping(swaps));
    const [record] = records;
    if (record === undefined) throw new Error("There is no record.");
    read(record);
    await expect.poll(() => keyOf(record)).toBe(NEW.id);
    const undo = async () => {
      const row = await rowOf(record);
      const credentials = await former.seal("value 0", bindingOf(record));
      await inner.connections.compareAndSwap({ ...row, credentials, version: row.version + 1 }, row.version);
    };
    await undo();
    time.now += HOUR - 1;
    read(await rowOf(record));
    expect(swaps).toHaveBeenCalledTimes(1);
    time.now += 1;
    read(await rowOf(record));
    await expect.poll(() => keyOf(record)).toBe(NEW.id);
    expect(swaps).toHaveBeenCalledTimes(2);
  });

  it("is left to a later read while four are being written", async () => {
    const gate = deferred();
    const swaps = vi.fn(() => gate.promise);
    const { records, read, keyOf } = await stored(10, swapping(swaps));
    for (const record of records) read(record);
    await expect.poll(() => swaps.mock.calls.length).toBe(4);
    gate.resolve();
    const keys = async () => (await Promise.all(records.map(keyOf))).filter((id) => id === NEW.id).length;
    await expect.poll(keys).toBe(4);
    for (const record of records) read(record);
    await expect.poll(keys).toBe(8);
    expect(swaps).toHaveBeenCalledTimes(8);
  });

  it("does not come back over newer ones, though a transaction that was rolled back showed it with their version", async () => {
    const { inner, records, read, rowOf } = await stored(1);
    const [record] = records;
    if (record === undefined) throw new Error("There is no record.");
    const newer = { ...record, version: 2, credentials: await former.seal("newer", bindingOf(record)) };
    await inner.connections.compareAndSwap(newer, 1);
    read({ ...record, version: 2, labels: ["never committed"] });
    await expect.poll(async () => (await rowOf(record)).version).toBe(3);
    const { credentials, labels } = await rowOf(record);
    expect(await vault.open(credentials ?? "", bindingOf(record))).toBe("newer");
    expect(labels).toEqual(record.labels);
  });

  it("may be gone by then", async () => {
    const { inner, records, read, logger } = await stored(2);
    const [gone, there] = records;
    if (gone === undefined || there === undefined) throw new Error("There are no records.");
    await inner.connections.delete(gone);
    read(gone);
    read(there);
    await expect.poll(async () => (await inner.connections.get(there))?.connection.version).toBe(2);
    expect(logger.warn).not.toHaveBeenCalled();
  });

  it("is warned of without the value when it cannot be written, and not before an hour again", async () => {
    const swaps = vi.fn(() => Promise.reject(new Error("value 0")));
    const { records, read, logger, time } = await stored(1, swapping(swaps));
    const [record] = records;
    if (record === undefined) throw new Error("There is no record.");
    read(record);
    await expect
      .poll(() => logger.warn.mock.calls)
      .toEqual([
        ["sealing a value under the current key failed", { table: "connections", id: "c-0", error: "Error" }],
      ]);
    read(record);
    time.now += HOUR;
    read(record);
    await expect.poll(() => logger.warn.mock.calls.length).toBe(2);
    expect(swaps).toHaveBeenCalledTimes(2);
  });

  it("ends no process when the logger throws, too", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    try {
      const swaps = () => Promise.reject(new Error("read-only"));
      const { records, read, logger } = await stored(1, swapping(swaps));
      logger.warn.mockImplementation(() => {
        throw new Error("no logs today");
      });
      for (const record of records) read(record);
      await expect.poll(() => logger.warn.mock.calls.length).toBe(1);
      // Node reports an unhandled rejection after the microtasks of a turn.
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off("unhandledRejection", unhandled);
    }
  });
});

it("seals an integration's values anew, too", async () => {
  const storage = memoryStorage();
  const binding = { table: "integrations", id: INTEGRATION.id, entityId: null } as const;
  const record = { ...INTEGRATION, config: await former.seal({ client_id: "id" }, binding) };
  await storage.integrations.insert(record);
  const logger = { debug() {}, warn() {} };
  createResealer({ storage, vault, logger, now: () => 0 }).later({ kind: "integration", record });
  const config = async () => (await storage.integrations.get(INTEGRATION.id))?.config ?? "";
  await expect.poll(async () => vault.keyIdOf(await config())).toBe(NEW.id);
  expect(await vault.open(await config(), binding)).toEqual({ client_id: "id" });
});
