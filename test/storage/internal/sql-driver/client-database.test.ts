import type { CompiledQuery } from "kysely";
import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { Engine } from "../../../../src/storage/internal/sql/engine.js";
import { engineOf } from "../../../../src/storage/internal/sql/engine.js";
import {
  clientDatabase,
  clientTransaction,
} from "../../../../src/storage/internal/sql-driver/client-database.js";
import type { SqlClient } from "../../../../src/storage/internal/sql-driver/sql-client.js";

const ENGINES: readonly Engine[] = ["postgresql", "mysql", "sqlite"];

/** An ORM that notes what it is asked, and answers each statement with `changed`. */
function recordingClient(changed: number | null = 0) {
  const log: string[] = [];
  const executor = (name: string) => ({
    async execute({ sql: text }: CompiledQuery) {
      log.push(`${name}: ${text}`);
      if (text === "fail") throw new Error("refused");
      return { rows: [{ id: 1 }], changed };
    },
  });
  const client: SqlClient = {
    ...executor("pool"),
    async transaction(run) {
      log.push("begin");
      try {
        await run(executor("transaction"));
        log.push("commit");
      } catch (error) {
        log.push("roll back");
        throw error;
      }
    },
  };
  return { client, log };
}

describe("a database over an ORM's", () => {
  it.each(ENGINES)("is known as %s, in a transaction or not", (engine) => {
    const { client } = recordingClient();
    expect(engineOf(clientDatabase(client, { engine }))).toBe(engine);
    expect(engineOf(clientTransaction(client, { engine }))).toBe(engine);
  });

  it("runs a transaction in one of the ORM's", async () => {
    const { client, log } = recordingClient();
    const result = await clientDatabase(client, { engine: "postgresql" })
      .transaction()
      .execute(async (transaction) => {
        await sql`one`.execute(transaction);
        return (await sql`two`.execute(transaction)).rows;
      });
    expect(result).toEqual([{ id: 1 }]);
    expect(log).toEqual(["begin", "transaction: one", "transaction: two", "commit"]);
  });

  it("rolls it back when a statement fails, with the statement's error", async () => {
    const { client, log } = recordingClient();
    const work = clientDatabase(client, { engine: "postgresql" })
      .transaction()
      .execute((transaction) => sql`fail`.execute(transaction));
    await expect(work).rejects.toThrow("refused");
    expect(log).toEqual(["begin", "transaction: fail", "roll back"]);
  });

  it("fails with the ORM's error when the transaction cannot begin, or not be committed", async () => {
    const gone = (when: "begin" | "commit"): SqlClient => ({
      ...recordingClient().client,
      async transaction(run) {
        if (when === "commit") await run(recordingClient().client);
        throw new Error(`gone at ${when}`);
      },
    });
    for (const when of ["begin", "commit"] as const) {
      const work = clientDatabase(gone(when), { engine: "postgresql" })
        .transaction()
        .execute(async () => {});
      await expect(work).rejects.toThrow(`gone at ${when}`);
    }
  });

  it("is in a transaction of the app's, and begins none", async () => {
    const { client, log } = recordingClient();
    const db = clientTransaction(client, { engine: "postgresql", schema: "auth" });
    expect(db.isTransaction).toBe(true);
    expect(db.withoutPlugins().isTransaction).toBe(true);
    await db.selectFrom("things").select("id").execute();
    expect(log).toEqual(['pool: select "id" from "auth"."things"']);
  });

  it("says how many rows changed; a driver that does not say is refused where that counts", async () => {
    const counting = clientDatabase(recordingClient(3).client, { engine: "sqlite" });
    expect((await counting.deleteFrom("things").executeTakeFirst()).numDeletedRows).toBe(3n);
    const silent = clientDatabase(recordingClient(null).client, { engine: "sqlite" });
    expect(await silent.selectFrom("things").select("id").execute()).toEqual([{ id: 1 }]);
    await expect(silent.deleteFrom("things").execute()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
