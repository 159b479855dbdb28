import { randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import type { HostTables } from "../../support/pglite.js";
import { CONNECTION, INTEGRATION } from "../../support/records.js";
import type { SqlDatabase } from "../../support/sql-engines.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

const PASSWORD = "a-password-of-the-test";
const TABLES = ["connections", "events", "flows", "integrations", "leases", "migrations"].map(
  (name) => `mooring_${name}`,
);

/** A database user who may do nothing yet. */
interface User {
  readonly url: string;
  grant(privileges: string, table?: string): Promise<void>;
  drop(): Promise<void>;
}

async function createUser({ db, family, url }: SqlDatabase): Promise<User> {
  const name = `mooring_test_${randomBytes(6).toString("hex")}`;
  const run = async (...statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(db);
  };
  const address = new URL(url);
  address.username = name;
  address.password = PASSWORD;
  if (family === "postgresql") {
    await run(`create role ${name} login password '${PASSWORD}'`);
    return {
      url: address.href,
      grant: (privileges, table) =>
        run(`grant ${privileges} on ${table === undefined ? "schema public" : table} to ${name}`),
      drop: () => run(`drop owned by ${name}`, `drop role ${name}`),
    };
  }
  const host = `${name}@'%'`;
  await run(`create user ${host} identified by '${PASSWORD}'`);
  return {
    url: address.href,
    grant: (privileges, table = "*") =>
      run(`grant ${privileges} on ${address.pathname.slice(1)}.${table} to ${host}`),
    drop: () => run(`drop user ${host}`),
  };
}

describeSqlEngines(
  "a database user",
  (database) => {
    it("may do without the right to create tables, once they are there", async () => {
      const { db } = database();
      await migrateStorage(db);
      await sql`create role app`.execute(db);
      await sql`grant all on all tables in schema public to app`.execute(db);
      await sql`set role app`.execute(db);
      await expect(sql`create table other (id int)`.execute(db)).rejects.toThrow("permission denied");
      await migrateStorage(db);
      await kyselyStorage(db).integrations.insert(INTEGRATION);
      expect(await kyselyStorage(db).integrations.delete(INTEGRATION.id)).toBe(true);
    });
  },
  ["pglite"],
);

describeSqlEngines(
  "a process that can only read the file",
  (database) => {
    it("reads, and is told so when it writes", async () => {
      await migrateStorage(database().db);
      await kyselyStorage(database().db).integrations.insert(INTEGRATION);
      const storage = kyselyStorage(database().connect({ readOnly: true }));
      expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
      await expect(storage.integrations.delete(INTEGRATION.id)).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
        message: expect.stringContaining("only be read"),
      });
    });
  },
  ["node-sqlite3-wasm", "node:sqlite"],
);

describeSqlEngines(
  "a database user",
  (database, { family }) => {
    let user: User;
    beforeAll(() => migrateStorage(database().db));
    beforeEach(async () => {
      await database().empty();
      user = await createUser(database());
    });
    afterEach(() => user.drop());
    const connect = (url = user.url): Kysely<HostTables> => database().connect({ url, max: 1 });

    it("without any right is told which table it was about, and what to grant", async () => {
      await user.grant(family === "postgresql" ? "usage" : "create temporary tables");
      await expect(kyselyStorage(connect()).connections.get(CONNECTION)).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
        operation: "connections.get",
        retryable: false,
        message: expect.stringContaining("`mooring_connections`"),
        hint: expect.stringContaining("SELECT, INSERT, UPDATE and DELETE"),
      });
    });

    it("that may only read reads, and is told so when it writes", async () => {
      for (const table of TABLES) await user.grant("select", table);
      await kyselyStorage(database().db).integrations.insert(INTEGRATION);
      const storage = kyselyStorage(connect());
      expect(await storage.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
      await expect(storage.integrations.delete(INTEGRATION.id)).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
        message: expect.stringContaining("`mooring_integrations`"),
      });
    });

    it("needs no more than is hinted, once the tables are there", async () => {
      for (const table of TABLES) await user.grant("select, insert, update, delete", table);
      const db = connect();
      await migrateStorage(db);
      const storage = kyselyStorage(db);
      await storage.integrations.insert(INTEGRATION);
      await storage.connections.insert(CONNECTION);
      expect(await storage.connections.compareAndSwap({ ...CONNECTION, version: 2 }, 1)).toBe(true);
      expect(await storage.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 })).toBe("acquired");
      expect(await storage.outbox?.claim({ now: 1, hideUntil: 2, limit: 1 })).toEqual([]);
      expect(await storage.integrations.delete(INTEGRATION.id)).toBe(true);
    });

    it("with a wrong password, or none that is known, is told so", async () => {
      for (const change of [{ password: "wrong" }, { username: "nobody_of_that_name" }]) {
        const address = new URL(user.url);
        Object.assign(address, change);
        const error = await kyselyStorage(connect(address.href))
          .integrations.get("x")
          .catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: "STORAGE_ACCESS_DENIED", retryable: false });
        // PostgreSQL may trust whoever comes from this machine, but not who does not exist.
        if (family === "mysql" || "username" in change) {
          expect(error).toMatchObject({
            message: expect.stringContaining("does not let its user in"),
            hint: expect.stringContaining("password"),
          });
        }
        expect(JSON.stringify(error)).not.toContain(PASSWORD);
      }
    });

    it("whose database is not there is told so, at the first call as when migrating", async () => {
      const address = new URL(database().url);
      address.pathname = "/no_such_database_of_mooring";
      const missing = connect(address.href);
      const refused = {
        code: "STORAGE_FAILED",
        retryable: false,
        message: expect.stringContaining("no database of the name"),
        hint: expect.stringContaining("Create it"),
      };
      await expect(kyselyStorage(missing).integrations.get("x")).rejects.toMatchObject(refused);
      await expect(migrateStorage(missing)).rejects.toMatchObject(refused);
      // On MySQL a user without rights is not told which databases there are.
      if (family === "postgresql") return;
      const asUser = new URL(user.url);
      asUser.pathname = address.pathname;
      await expect(kyselyStorage(connect(asUser.href)).integrations.get("x")).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
      });
    });

    it("whose session is read-only is told to write to the primary", async () => {
      await user.grant("select, insert, update, delete", "mooring_integrations");
      const db = connect();
      await (family === "postgresql"
        ? sql`set default_transaction_read_only = on`
        : sql`set session transaction read only`
      ).execute(db);
      await expect(kyselyStorage(db).integrations.insert(INTEGRATION)).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
        retryable: false,
        hint: expect.stringContaining("primary"),
      });
    });
  },
  ["postgresql", "mariadb"],
);

describeSqlEngines(
  "a database user that may not create tables",
  (database) => {
    let user: User;
    beforeAll(async () => {
      user = await createUser(database());
      await sql`create table host_table (id integer)`.execute(database().db);
      await user.grant("select", "host_table");
    });
    afterAll(() => user.drop());

    it("cannot migrate, and is told what is missing", async () => {
      const db = database().connect({ url: user.url, max: 1 });
      await expect(migrateStorage(db)).rejects.toMatchObject({
        code: "STORAGE_ACCESS_DENIED",
        operation: "migrateStorage",
        hint: expect.stringContaining("CREATE"),
      });
    });
  },
  ["postgresql", "mariadb"],
);
