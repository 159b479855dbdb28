import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../../examples/support/database.js";

it("shows every row, and finds what was ever written, even when the row is gone", async () => {
  const { db, tables, count, close } = await openDatabase();
  onTestFinished(close);
  await sql`create table notes (id integer, body text)`.execute(db);
  await sql`insert into notes values (1, 'kept-needle'), (2, 'deleted-needle')`.execute(db);
  await sql`delete from notes where id = 2`.execute(db);

  expect(await tables()).toEqual(new Map([["notes", [{ id: 1, body: "kept-needle" }]]]));
  const { hits } = await count(["kept-needle", "deleted-needle", "never-written-needle"]);
  expect(hits.map((found) => found > 0)).toEqual([true, true, false]);
});
