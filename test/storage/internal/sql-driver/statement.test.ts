import type { Compilable } from "kysely";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { clientDatabase } from "../../../../src/storage/internal/sql-driver/client-database.js";
import { changesRows, returnsRows } from "../../../../src/storage/internal/sql-driver/statement.js";

const executor = { execute: () => Promise.reject(new Error("Nothing is run here.")) };
const db = clientDatabase(executor, { engine: "postgresql" });

describe("a statement", () => {
  const cases: readonly (readonly [string, Compilable, { rows: boolean; changes: boolean }])[] = [
    ["select", db.selectFrom("t").selectAll(), { rows: true, changes: false }],
    ["insert", db.insertInto("t").values({ id: 1 }), { rows: false, changes: true }],
    ["insert returning", db.insertInto("t").values({ id: 1 }).returning("id"), { rows: true, changes: true }],
    ["update", db.updateTable("t").set({ id: 1 }), { rows: false, changes: true }],
    ["update returning", db.updateTable("t").set({ id: 1 }).returning("id"), { rows: true, changes: true }],
    ["delete", db.deleteFrom("t"), { rows: false, changes: true }],
    ["delete returning", db.deleteFrom("t").returning("id"), { rows: true, changes: true }],
    ["create table", db.schema.createTable("t").addColumn("id", "text"), { rows: false, changes: false }],
    ["create index", db.schema.createIndex("i").on("t").column("id"), { rows: false, changes: false }],
  ];

  it.each(cases)("is known: %s", (_, statement, expected) => {
    const compiled = statement.compile();
    expect({ rows: returnsRows(compiled), changes: changesRows(compiled) }).toEqual(expected);
  });

  it.each([
    ["select get_lock('a', 1)", true],
    ["  with a as (select 1) select * from a", true],
    ["pragma foreign_keys", true],
    ["alter table t add column selected text", false],
    ["lock table t", false],
  ])("in plain text is read: %s", (text, rows) => {
    expect(returnsRows(sql.raw(text).compile(db))).toBe(rows);
  });
});
