import type { CompiledQuery, DatabaseConnection, Dialect, DialectAdapter } from "kysely";
import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlIntrospector,
  MssqlQueryCompiler,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { describe, expect, it } from "vitest";
import type { KyselyDatabase } from "../../../../src/storage/internal/sql/database.js";
import { engineOf } from "../../../../src/storage/internal/sql/engine.js";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";

interface Parts extends Pick<Dialect, "createQueryCompiler" | "createIntrospector"> {
  createAdapter(): DialectAdapter;
}

const POSTGRESQL: Parts = {
  createAdapter: () => new PostgresAdapter(),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createIntrospector: (db) => new PostgresIntrospector(db),
};
const MYSQL: Parts = {
  createAdapter: () => new MysqlAdapter(),
  createQueryCompiler: () => new MysqlQueryCompiler(),
  createIntrospector: (db) => new MysqlIntrospector(db),
};
const SQLITE: Parts = {
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
};
const SQL_SERVER: Parts = {
  createAdapter: () => new MssqlAdapter(),
  createQueryCompiler: () => new MssqlQueryCompiler(),
  createIntrospector: (db) => new MssqlIntrospector(db),
};

/** A database that knows its version and nothing else, and the statements it was sent. */
function recording(parts: Parts, version = "") {
  const statements: string[] = [];
  class RecordingDriver extends DummyDriver {
    override async acquireConnection(): Promise<DatabaseConnection> {
      return {
        async executeQuery<Row>(query: CompiledQuery) {
          statements.push(query.sql);
          const rows: readonly object[] = query.sql.includes("version()") ? [{ version }] : [];
          const isRow = (row: object): row is object & Row => "version" in row;
          return { rows: rows.filter(isRow), numAffectedRows: 1n };
        },
        async *streamQuery() {},
      };
    }
  }
  const db = new Kysely<unknown>({ dialect: { ...parts, createDriver: () => new RecordingDriver() } });
  return { db, statements };
}

describe("engineOf", () => {
  it.each([
    ["postgresql", POSTGRESQL],
    ["mysql", MYSQL],
    ["sqlite", SQLITE],
  ])("knows %s by its dialect", (engine, parts) => {
    expect(engineOf(recording(parts).db)).toBe(engine);
  });

  it("knows MySQL by how it writes a name, where a dialect for MariaDB says it can return rows", () => {
    class MariadbAdapter extends MysqlAdapter {
      override get supportsReturning(): boolean {
        return true;
      }
    }
    expect(engineOf(recording({ ...MYSQL, createAdapter: () => new MariadbAdapter() }).db)).toBe("mysql");
  });

  it("refuses other databases by name, before anything is asked of them", () => {
    const { db, statements } = recording(SQL_SERVER);
    expect(() => kyselyStorage(db)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        issues: [{ path: "db", message: expect.any(String) }],
      }),
    );
    expect(statements).toEqual([]);
  });
});

describe("what is no Kysely instance", () => {
  it.each([undefined, null, "postgres://…", {}])("is refused: %o", async (value) => {
    const call = (run: (db: KyselyDatabase) => unknown) => Reflect.apply(run, undefined, [value]);
    const expected = expect.objectContaining({
      code: "CONFIG_INVALID",
      hint: expect.stringContaining("Kysely"),
    });
    expect(() => call(kyselyStorage)).toThrow(expected);
    await expect(call(migrateStorage)).rejects.toThrow(expected);
  });
});

describe("MySQL and MariaDB", () => {
  it.each([
    ["10.11.19-MariaDB-0+deb12u1", "utf8mb4_nopad_bin"],
    ["8.4.3", "utf8mb4_0900_bin"],
  ])("%s compares text byte by byte, trailing spaces too, with %s", async (version, collation) => {
    const { db, statements } = recording(MYSQL, version);
    await migrateStorage(db);
    const tables = statements.filter((statement) =>
      /^create table .*`mooring_(?!migrations)/.test(statement),
    );
    expect(tables).toHaveLength(5);
    for (const table of tables) expect(table).toMatch(new RegExp(` utf8mb4 collate ${collation}$`));
  });
});
