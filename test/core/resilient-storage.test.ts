import { Kysely, MysqlDialect, PostgresDialect } from "kysely";
import type { StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import type { FakeClock } from "mooring/testing";
import { fakeClock } from "mooring/testing";
import type { RowDataPacket } from "mysql2";
import { createPool } from "mysql2";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { resilientStorage } from "../../src/core/resilient-storage.js";
import { systemClock } from "../../src/core/system-clock.js";
import type { StorageOperation } from "../../src/core/wrapped-storage.js";
import { wrappedStorage } from "../../src/core/wrapped-storage.js";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { setUp } from "../support/acme.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "../support/servers.js";

const away = (operation: string, retryable = true) =>
  new StorageError("STORAGE_FAILED", "The database is away.", { adapter: "memory", operation, retryable });

/** A storage that is away for the next calls, and how often each operation was tried. */
function unsteady(inner: StorageAdapter = memoryStorage()) {
  const error: (operation: string) => Error = away;
  const control = { failures: 0, error, tookMs: 0, clock: fakeClock() };
  const tries: StorageOperation[] = [];
  const storage = wrappedStorage(inner, async (operation, call) => {
    tries.push(operation);
    if (control.failures <= 0) return call();
    control.failures -= 1;
    await control.clock.sleep(control.tookMs);
    throw control.error(operation);
  });
  return { storage, tries, control };
}

/** How a call ends, and how many milliseconds of the clock that takes. */
async function outcomeOf(clock: FakeClock, call: Promise<unknown>) {
  const startedAt = clock.now();
  const settled = Promise.allSettled([call]).then(([result]) => result);
  let isDone = false;
  const done = settled.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(10);
  return { result: await done, tookMs: clock.now() - startedAt };
}

const page = { limit: 10, cursor: null };
const READS: Readonly<Record<string, (storage: StorageAdapter) => Promise<unknown>>> = {
  "integrations.get": ({ integrations }) => integrations.get(INTEGRATION.id),
  "integrations.list": ({ integrations }) => integrations.list(page),
  "connections.get": ({ connections }) => connections.get(CONNECTION),
  "connections.list": ({ connections }) => connections.list({ ...page, entityId: "user_1" }),
  "connections.scan": ({ connections }) => connections.scan(page),
  "connections.expiring": ({ connections }) => connections.expiring({ ...page, before: 0 }),
};
const lease = { key: "refresh:1", owner: "me", ttlMs: 1_000 };
const WRITES: Readonly<Record<string, (storage: StorageAdapter) => Promise<unknown>>> = {
  "integrations.insert": ({ integrations }) => integrations.insert(INTEGRATION),
  "integrations.compareAndSwap": ({ integrations }) => integrations.compareAndSwap(INTEGRATION, 1),
  "integrations.delete": ({ integrations }) => integrations.delete(INTEGRATION.id),
  "connections.insert": ({ connections }) => connections.insert(CONNECTION),
  "connections.compareAndSwap": ({ connections }) => connections.compareAndSwap(CONNECTION, 1),
  "connections.delete": ({ connections }) => connections.delete(CONNECTION),
  "flows.insert": ({ flows }) => flows.insert(FLOW),
  "flows.consume": ({ flows }) => flows.consume(FLOW.id),
  "flows.deleteExpired": ({ flows }) => flows.deleteExpired(0),
  "leases.acquire": ({ leases }) => leases.acquire(lease),
  "leases.renew": ({ leases }) => leases.renew(lease),
  "leases.release": ({ leases }) => leases.release(lease),
  "leases.deleteExpired": ({ leases }) => leases.deleteExpired(0),
  "outbox.claim": async ({ outbox }) => outbox?.claim({ now: 0, hideUntil: 1, limit: 1 }),
  "outbox.acknowledge": async ({ outbox }) => outbox?.acknowledge([]),
};

describe("while the database is away for a moment", () => {
  it.each(Object.entries(READS))("%s is tried again, and answers", async (operation, read) => {
    const clock = fakeClock();
    const { storage, tries, control } = unsteady();
    control.failures = 4;
    const outcome = await outcomeOf(clock, read(resilientStorage(storage, clock)));
    expect(outcome.result).toMatchObject({ status: "fulfilled" });
    expect(tries).toEqual(Array.from({ length: 5 }, () => operation));
    expect(outcome.tookMs).toBeGreaterThan(300);
    expect(outcome.tookMs).toBeLessThanOrEqual(1_200);
  });

  it.each(Object.entries(WRITES))("%s is not repeated: it may have been done", async (operation, write) => {
    const clock = fakeClock();
    const { storage, tries, control } = unsteady();
    control.failures = 1;
    await expect(write(resilientStorage(storage, clock))).rejects.toMatchObject({ operation });
    expect(tries).toEqual([operation]);
    expect(clock.sleeping).toBe(0);
  });

  it("knows every operation of the port as the one or the other", () => {
    const inner = memoryStorage();
    const operations = (["integrations", "connections", "flows", "leases", "outbox"] as const).flatMap(
      (store) =>
        Object.entries(inner[store] ?? {})
          .filter(([, member]) => typeof member === "function")
          .map(([method]) => `${store}.${method}`),
    );
    expect([...Object.keys(READS), ...Object.keys(WRITES)].sort()).toEqual(operations.sort());
  });
});

describe("a read gives up", () => {
  it("after five tries, with the last error", async () => {
    const clock = fakeClock();
    const { storage, tries, control } = unsteady();
    control.failures = 100;
    const outcome = await outcomeOf(clock, resilientStorage(storage, clock).connections.get(CONNECTION));
    expect(outcome.result).toMatchObject({ reason: { code: "STORAGE_FAILED", retryable: true } });
    expect(tries).toHaveLength(5);
  });

  it("at once when trying again cannot help", async () => {
    const clock = fakeClock();
    const { storage, tries, control } = unsteady();
    control.failures = 1;
    control.error = (operation) => away(operation, false);
    await expect(resilientStorage(storage, clock).connections.get(CONNECTION)).rejects.toThrow();
    control.failures = 1;
    control.error = () => new TypeError("a bug");
    await expect(resilientStorage(storage, clock).connections.get(CONNECTION)).rejects.toThrow(TypeError);
    expect(tries).toHaveLength(2);
  });

  it("after a second and a half when each try is slow to fail", async () => {
    const clock = fakeClock();
    const { storage, tries, control } = unsteady();
    Object.assign(control, { failures: 100, tookMs: 1_400, clock });
    const outcome = await outcomeOf(clock, resilientStorage(storage, clock).connections.get(CONNECTION));
    expect(outcome.result).toMatchObject({ status: "rejected" });
    expect(tries).toHaveLength(2);
  });
});

/** A server on which the statement a call waits for is cut off, with its connection. */
interface Cutting {
  readonly db: Kysely<unknown>;
  /** Makes the next read of a connection wait; resolves with what ends that. */
  block(): Promise<() => Promise<void>>;
  /** Cuts off each connection on which a statement waits; how many there were. */
  cut(): Promise<number>;
  stop(): Promise<void>;
}

async function onPostgresql(serverUrl: string): Promise<Cutting> {
  const database = await postgresqlDatabase(serverUrl);
  const pool = new pg.Pool({ connectionString: database.url });
  // A connection that is cut says so, also while a transaction has it: without a listener that ends the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    async block() {
      await admin.query("begin");
      await admin.query("lock table mooring_connections in access exclusive mode");
      return async () => {
        await admin.query("rollback");
      };
    },
    async cut() {
      const { rows } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    },
    async stop() {
      await db.destroy();
      await admin.end();
      await database.drop();
    },
  };
}

async function onMysql(serverUrl: string): Promise<Cutting> {
  const database = await mysqlDatabase(serverUrl);
  const admin = await createConnection(database.url);
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool: createPool(database.url) }) });
  return {
    db,
    async block() {
      await admin.query("lock tables mooring_connections write");
      return async () => {
        await admin.query("unlock tables");
      };
    },
    async cut() {
      const [rows] = await admin.query<RowDataPacket[]>(
        "select id from information_schema.processlist where db = database() and state like 'Waiting for%lock'",
      );
      for (const { id } of rows) await admin.query("kill ?", [id]);
      return rows.length;
    },
    async stop() {
      await db.destroy();
      await admin.end();
      await database.drop();
    },
  };
}

const servers = { postgresql: onPostgresql, mysql: onMysql };
for (const kind of ["postgresql", "mysql"] as const) {
  describeOn(kind, "a request whose connection to the database is cut while it reads", (url) => {
    let server: Cutting;
    beforeAll(async () => {
      server = await servers[kind](url);
      await migrateStorage(server.db);
    });
    afterAll(() => server.stop());

    it("succeeds on another connection of the pool", async () => {
      const { toolset } = setUp({
        storage: kyselyStorage(server.db),
        clock: systemClock,
        encryption: { keys: [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }] },
        fetch: async () => Response.json({ tickets: 3 }),
      });
      const request = await toolset.getEntity("ada").initiateConnection({
        app: "acme",
        authScheme: "BEARER_TOKEN",
        connectionParams: { token: "a-token-of-ada" },
      });
      const connection = await request.waitUntilActive();
      const unblock = await server.block();
      const answer = connection.request("/tickets").json();
      await vi.waitFor(async () => expect(await server.cut()).toBe(1), { timeout: 10_000 });
      await unblock();
      expect(await answer).toEqual({ tickets: 3 });
    });

    it("fails within a transaction of the host, which has ended with it", async () => {
      const { toolset } = setUp({
        storage: kyselyStorage(server.db),
        clock: systemClock,
        encryption: { keys: [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }] },
      });
      let tries = 0;
      const counting = (inner: StorageAdapter) =>
        wrappedStorage(inner, (_operation, call) => {
          tries += 1;
          return call();
        });
      let unblock = async (): Promise<void> => {};
      const transaction = server.db.transaction().execute(async (within) => {
        const storage = counting(kyselyStorage(within));
        unblock = await server.block();
        await toolset.withTransaction(storage).getEntity("ada").getConnections();
      });
      const failed = expect(transaction).rejects.toThrow();
      await vi.waitFor(async () => expect(await server.cut()).toBe(1), { timeout: 10_000 });
      await unblock();
      await failed;
      expect(tries).toBe(1);
    });
  });
}
