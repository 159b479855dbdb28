import { sql } from "drizzle-orm";
import { BetterSQLiteSession } from "drizzle-orm/better-sqlite3/session";
import { BaseSQLiteDatabase, SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { CompiledQuery } from "kysely";
import { beforeEach, describe, expect, it } from "vitest";
import { PARAMETER } from "../../../src/storage/drizzle/query-compilers.js";
import { synchronousClient } from "../../../src/storage/drizzle/synchronous-client.js";
import type { SqlExecutor } from "../../../src/storage/internal/sql-driver/sql-client.js";
import { likeBetterSqlite3 } from "./sqlite-clients.js";

function openDatabase() {
  const dialect = new SQLiteSyncDialect();
  const session = new BetterSQLiteSession(likeBetterSqlite3().client, dialect, undefined);
  return new BaseSQLiteDatabase("sync", dialect, session, undefined);
}

const insert = (id: string) => CompiledQuery.raw(`insert into things (id) values (${PARAMETER})`, [id]);
const READ = CompiledQuery.raw("select id from things order by id");

describe("a transaction of a synchronous driver", () => {
  let db: ReturnType<typeof openDatabase>;
  beforeEach(() => {
    db = openDatabase();
    db.run(sql`create table things (id text primary key)`);
  });
  const things = () => db.all<{ id: string }>(sql`select id from things order by id`).map(({ id }) => id);

  it("sees what it wrote, and shows it to nobody before it is committed", async () => {
    await synchronousClient(db).transaction(async (inside) => {
      await inside.execute(insert("a"));
      await inside.execute(insert("b"));
      expect((await inside.execute(READ)).rows).toEqual([{ id: "a" }, { id: "b" }]);
      expect(things()).toEqual([]);
    });
    expect(things()).toEqual(["a", "b"]);
  });

  it("does not take in what the app writes meanwhile, and does not undo it", async () => {
    const work = synchronousClient(db).transaction(async (inside) => {
      await inside.execute(insert("a"));
      db.transaction((tx) => tx.run(sql`insert into things (id) values ('app')`));
      throw new Error("storage changed its mind");
    });
    await expect(work).rejects.toThrow("storage changed its mind");
    expect(things()).toEqual(["app"]);
  });

  it("writes nothing, and can be tried again, when what it read has changed meanwhile", async () => {
    const work = (act: (inside: SqlExecutor) => Promise<void>) =>
      synchronousClient(db).transaction(async (inside) => {
        const { rows } = await inside.execute(READ);
        await act(inside);
        await inside.execute(insert(`one of ${rows.length}`));
      });
    await expect(
      work(async () => {
        db.run(sql`insert into things (id) values ('other')`);
      }),
    ).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    expect(things()).toEqual(["other"]);
    await work(async () => {});
    expect(things()).toEqual(["one of 1", "other"]);
  });

  it("fails with the driver's error, and leaves nothing of the statements before", async () => {
    const work = synchronousClient(db).transaction(async (inside) => {
      await inside.execute(insert("a"));
      await inside.execute(insert("a"));
    });
    await expect(work).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_UNIQUE" });
    expect(things()).toEqual([]);
  });

  it("has its turn: the next begins when it has ended, failed or not", async () => {
    const order: string[] = [];
    const transaction = (id: string) =>
      synchronousClient(db).transaction(async (inside) => {
        order.push(`begin ${id}`);
        await inside.execute(insert(id));
        order.push(`end ${id}`);
      });
    const all = [transaction("a"), transaction("a"), transaction("b")];
    await Promise.allSettled(all);
    expect(order).toEqual(["begin a", "end a", "begin a", "begin b", "end b"]);
    expect(things()).toEqual(["a", "b"]);
  });
});
