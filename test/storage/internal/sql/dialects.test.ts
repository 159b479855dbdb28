import type { CompiledQuery, DatabaseConnection } from "kysely";
import {
  DummyDriver,
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
} from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";
import { storageConformance } from "../../../../src/testing/storage-conformance.js";
import type { HostDatabase, HostTables } from "../../../support/pglite.js";
import { emptyMooringTables, startPglite } from "../../../support/pglite.js";

/** What Kysely says of MySQL: no `returning`, and no way back from a change of the schema. */
class LesserAdapter extends PostgresAdapter {
  override get supportsTransactionalDdl(): boolean {
    return false;
  }
  override get supportsReturning(): boolean {
    return false;
  }
}

class LesserDialect extends PGliteDialect {
  override createAdapter(): PostgresAdapter {
    return new LesserAdapter();
  }
}

describe("a database without `returning` and without transactional DDL", () => {
  let host: HostDatabase;
  let db: Kysely<HostTables>;
  beforeAll(async () => {
    host = await startPglite();
    db = new Kysely<HostTables>({ dialect: new LesserDialect(host.pglite) });
    await Promise.all([migrateStorage(db), migrateStorage(db)]);
  });
  afterAll(() => db.destroy());
  beforeEach(() => emptyMooringTables(db));

  describe("conforms", () => {
    // Taking a lease needs `insert ignore` there, which PostgreSQL has not.
    const cases = storageConformance(async () => ({ storage: kyselyStorage(db) }));
    for (const { name, run } of cases.filter((each) => !each.name.startsWith("leases"))) it(name, run);
  });

  it("is migrated once, under the lock of Kysely's dialect", async () => {
    await migrateStorage(db);
    expect(await kyselyStorage(db).integrations.list({ limit: 1, cursor: null })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it("is not migrated in a transaction, which the first change of the schema would commit", async () => {
    const transaction = await db.startTransaction().execute();
    await expect(migrateStorage(transaction)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      hint: "Pass the database itself.",
    });
    await transaction.rollback().execute();
  });
});

describe("MySQL", () => {
  it("takes a lease with an update, else an insert that gives way", async () => {
    const statements: string[] = [];
    class RecordingDriver extends DummyDriver {
      override async acquireConnection(): Promise<DatabaseConnection> {
        return {
          executeQuery: async (query: CompiledQuery) => {
            statements.push(query.sql);
            return { rows: [], numAffectedRows: query.sql.startsWith("insert") ? 1n : 0n };
          },
          async *streamQuery() {},
        };
      }
    }
    const db = new Kysely({
      dialect: {
        createAdapter: () => new MysqlAdapter(),
        createDriver: () => new RecordingDriver(),
        createQueryCompiler: () => new MysqlQueryCompiler(),
        createIntrospector: (instance) => new MysqlIntrospector(instance),
      },
    });
    const lease = { key: "k", owner: "o", ttlMs: 1000 };
    expect(await kyselyStorage(db).leases.acquire(lease)).toBe("acquired");
    expect(statements).toEqual([
      "insert ignore into `mooring_leases` (`id`, `owner`, `expires_at`) values (?, ?, (timestampdiff(microsecond, '1970-01-01', utc_timestamp(6)) div 1000) + 1000)",
    ]);
  });
});
