import { createServer } from "node:net";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import type { HostTables } from "../../support/pglite.js";
import { CONNECTION, INTEGRATION } from "../../support/records.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

const GONE = { name: "StorageError", code: "STORAGE_FAILED", retryable: true };

describeSqlEngines(
  "a database that is gone for a moment",
  (database, { family }) => {
    const admin = (): Kysely<HostTables> => database().db;
    beforeAll(() => migrateStorage(admin()));
    beforeEach(async () => {
      await database().empty();
      await kyselyStorage(admin()).integrations.insert(INTEGRATION);
      await kyselyStorage(admin()).connections.insert(CONNECTION);
    });

    const idOf = async (db: Kysely<HostTables>): Promise<number> => {
      const id = family === "postgresql" ? sql`pg_backend_pid()` : sql`connection_id()`;
      const { rows } = await sql<{ id: number }>`select ${id} as id`.execute(db);
      return Number(rows[0]?.id);
    };
    const cut = async (id: number): Promise<void> => {
      await (family === "postgresql"
        ? sql`select pg_terminate_backend(${id})`
        : sql`kill ${sql.lit(id)}`
      ).execute(admin());
    };
    /** Whether a connection waits for a lock. */
    const waits = async (id: number): Promise<boolean> => {
      const query =
        family === "postgresql"
          ? sql`select 1 from pg_stat_activity where pid = ${id} and wait_event_type = 'Lock'`
          : sql`select 1 from information_schema.processlist where id = ${id} and state like '%metadata lock%'`;
      return (await query.execute(admin())).rows.length > 0;
    };
    /** Runs what is to be cut off while it waits for a table somebody else has locked. */
    const cutOff = async (db: Kysely<HostTables>, operation: () => Promise<unknown>): Promise<unknown> => {
      const id = await idOf(db);
      return admin()
        .connection()
        .execute(async (other) => {
          await (family === "postgresql"
            ? sql`begin; lock table mooring_connections in access exclusive mode`
            : sql`lock tables mooring_connections write`
          ).execute(other);
          const outcome = operation().catch((error: unknown) => error);
          while (!(await waits(id))) await new Promise((resolve) => setTimeout(resolve, 10));
          await cut(id);
          const error = await outcome;
          await (family === "postgresql" ? sql`rollback` : sql`unlock tables`).execute(other);
          return error;
        });
    };

    it("fails a read that was on its way as one that may pass, and answers the next", async () => {
      const db = database().connect({ max: 1 });
      const { connections } = kyselyStorage(db);
      expect(await cutOff(db, () => connections.get(CONNECTION))).toMatchObject(GONE);
      expect((await answerOf(() => connections.get(CONNECTION)))?.connection).toEqual(CONNECTION);
    });

    it("fails a write that was on its way as one that may pass, and does not run it again by itself", async () => {
      const db = database().connect({ max: 1 });
      const { connections } = kyselyStorage(db);
      const next = { ...CONNECTION, version: 2 };
      expect(await cutOff(db, () => connections.compareAndSwap(next, 1))).toMatchObject(GONE);
      expect((await answerOf(() => connections.get(CONNECTION)))?.connection.version).toBe(1);
      expect(await answerOf(() => connections.compareAndSwap(next, 1))).toBe(true);
    });

    it("takes an unused connection along, and the next call gets another", async () => {
      const db = database().connect({ max: 1 });
      const { integrations } = kyselyStorage(db);
      for (let time = 0; time < 5; time += 1) {
        await cut(await answerOf(() => idOf(db)));
        expect(await answerOf(() => integrations.get(INTEGRATION.id))).toEqual(INTEGRATION);
      }
    });

    it("leaves nothing of a transaction of the app's", async () => {
      const db = database().connect({ max: 1 });
      const work = db.transaction().execute(async (transaction) => {
        const storage = kyselyStorage(transaction);
        await storage.connections.delete(CONNECTION);
        await cut(await idOf(transaction));
        await expect(storage.integrations.delete(INTEGRATION.id)).rejects.toMatchObject(GONE);
      });
      // Kysely's commit cannot reach the database either.
      await expect(work).rejects.toThrow();
      expect(await kyselyStorage(admin()).connections.get(CONNECTION)).not.toBeNull();
    });

    it("cannot be reached at all: an error that may pass, with the code of what failed", async () => {
      const address = new URL(database().url);
      address.hostname = "localhost";
      address.port = String(await freePort());
      const { integrations } = kyselyStorage(database().connect({ url: address.href }));
      await expect(integrations.get(INTEGRATION.id)).rejects.toMatchObject({
        ...GONE,
        cause: { code: "ECONNREFUSED" },
      });
    });
  },
  ["postgresql", "mariadb"],
);

/** What a call answers, made again for as long as it fails with what may pass and nothing else. */
async function answerOf<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (error instanceof Error && error.name === "StorageError") expect(error).toMatchObject(GONE);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("The server had no port.");
  return address.port;
}
