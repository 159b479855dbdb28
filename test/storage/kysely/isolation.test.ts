import type { Kysely } from "kysely";
import { sql } from "kysely";
import { beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import { storageConformance } from "../../../src/testing/storage-conformance.js";
import type { HostTables } from "../../support/pglite.js";
import type { SqlDatabase, SqlEngineName } from "../../support/sql-engines.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

/** The cases in which several callers write at once. */
const WRITES = /^(?:integrations|connections|deletion|flows|leases)/;

/** What a host may have set up its connections to, and how it shows. */
interface SetUp {
  readonly connect: (database: SqlDatabase) => Kysely<HostTables>;
  readonly shown: string;
  readonly as: string;
}

const session = (statement: string, shown: string, as: string): SetUp => ({
  connect: (database) => database.connect({ onConnect: statement }),
  shown,
  as,
});

const SET_UPS: Readonly<Partial<Record<SqlEngineName, Readonly<Record<string, SetUp>>>>> = {
  postgresql: {
    "repeatable read": session(
      "set session characteristics as transaction isolation level repeatable read",
      "current_setting('transaction_isolation')",
      "repeatable read",
    ),
    serializable: session(
      "set session characteristics as transaction isolation level serializable",
      "current_setting('transaction_isolation')",
      "serializable",
    ),
  },
  mariadb: {
    "read committed": session(
      "set session transaction isolation level read committed",
      "@@tx_isolation",
      "READ-COMMITTED",
    ),
    serializable: session(
      "set session transaction isolation level serializable",
      "@@tx_isolation",
      "SERIALIZABLE",
    ),
    "snapshot isolation, the default from MariaDB 11.6": session(
      "set session innodb_snapshot_isolation = on",
      "@@innodb_snapshot_isolation",
      "1",
    ),
  },
};

for (const [engine, setUps] of Object.entries(SET_UPS)) {
  describeSqlEngines(
    "kyselyStorage conforms under",
    (database) => {
      beforeAll(() => migrateStorage(database().db));

      describe.each(Object.entries(setUps))("%s", (_name, { connect, shown, as }) => {
        let db: Kysely<HostTables>;
        beforeAll(async () => {
          db = connect(database());
        });

        it("which is what the connections are set up to", async () => {
          const { rows } = await sql<{ shown: unknown }>`select ${sql.raw(shown)} as shown`.execute(db);
          expect(rows.map((row) => String(row.shown))).toEqual([as]);
        });

        const create = async () => {
          await database().empty();
          return { storage: kyselyStorage(db), dump: database().dump };
        };
        for (const { name, run } of storageConformance(create)) if (WRITES.test(name)) it(name, run);
      });
    },
    engine === "mariadb" ? ["mariadb"] : ["postgresql"],
  );
}

describeSqlEngines(
  "kyselyStorage conforms where the driver counts the rows whose values changed",
  (database) => {
    let db: Kysely<HostTables>;
    beforeAll(async () => {
      await migrateStorage(database().db);
      db = database().connect({ url: `${database().url}?flags=-FOUND_ROWS` });
    });

    it("and not those it found", async () => {
      const same = db.updateTable("users").set({ name: "Ada" }).where("id", "=", 1);
      expect((await same.executeTakeFirst()).numUpdatedRows).toBe(0n);
    });

    const create = async () => {
      await database().empty();
      return { storage: kyselyStorage(db), dump: database().dump };
    };
    for (const { name, run } of storageConformance(create)) if (WRITES.test(name)) it(name, run);

    it("a lease that is renewed twice within a millisecond stays its owner's", async () => {
      await database().empty();
      const { leases } = kyselyStorage(db);
      const lease = { key: "k", owner: "o", ttlMs: 60_000 };
      await leases.acquire(lease);
      const renewed = await Promise.all(Array.from({ length: 50 }, () => leases.renew(lease)));
      expect(renewed).not.toContain(false);
      expect(await leases.renew({ ...lease, owner: "another" })).toBe(false);
    });
  },
  ["mariadb"],
);
