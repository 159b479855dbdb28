import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../../examples/support/database.js";

it("shows every row, and finds what was ever written, even when the row is gone", async () => {
  const { db, tables, row, search, close } = await openDatabase();
  onTestFinished(close);
  await sql`create table notes (id text, body text)`.execute(db);
  await sql`insert into notes values ('1', 'kept-needle'), ('2', 'deleted-needle')`.execute(db);
  await sql`delete from notes where id = '2'`.execute(db);

  expect(await row("1")).toEqual({ id: "1", body: "kept-needle" });
  expect(await tables()).toEqual(new Map([["notes", [{ id: "1", body: "kept-needle" }]]]));
  const words = ["deleted-needle", "never-written-needle"];
  expect((await search({ words, control: "kept-needle" })).found).toEqual(["deleted-needle"]);
  await expect(search({ words, control: "never-written-needle" })).rejects.toThrow("does not work");
});
