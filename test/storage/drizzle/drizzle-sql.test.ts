import { MySqlDialect } from "drizzle-orm/mysql-core";
import { PgDialect } from "drizzle-orm/pg-core";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import fc from "fast-check";
import type { Kysely } from "kysely";
import { describe, expect, it } from "vitest";
import { drizzleSql } from "../../../src/storage/drizzle/drizzle-sql.js";
import { QUERY_COMPILERS } from "../../../src/storage/drizzle/query-compilers.js";
import { clientDatabase } from "../../../src/storage/internal/sql-driver/client-database.js";

const executor = { execute: () => Promise.reject(new Error("Nothing is run here.")) };
const DIALECTS = {
  postgresql: { dialect: new PgDialect(), placeholder: /\$\d+/g },
  mysql: { dialect: new MySqlDialect(), placeholder: /\?/g },
  sqlite: { dialect: new SQLiteSyncDialect(), placeholder: /\?/g },
} as const;
const value = fc.oneof(fc.string({ unit: "binary" }), fc.integer(), fc.maxSafeInteger(), fc.constant(null));

describe.each(["postgresql", "mysql", "sqlite"] as const)("a statement for Drizzle on %s", (engine) => {
  const { dialect, placeholder } = DIALECTS[engine];
  const db: Kysely<{ things: Record<string, unknown> }> = clientDatabase(executor, {
    engine,
    createQueryCompiler: QUERY_COMPILERS[engine],
  });

  it("has the parameters in order, and none of them in its text", () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const row = Object.fromEntries(values.map((each, index) => [`c${index}`, each]));
        const { sql, params } = dialect.sqlToQuery(drizzleSql(db.insertInto("things").values(row).compile()));
        expect(params).toEqual(values);
        expect(sql.match(placeholder)).toHaveLength(values.length);
        expect(sql.replace(placeholder, "").replace(/[`"]/g, "")).toMatch(
          /^insert into things \((?:c\d+(?:, )?)+\) values \([, ]*\)$/,
        );
      }),
    );
  });
});
