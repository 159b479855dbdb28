import type { ExpressionBuilder } from "kysely";
import { sql } from "kysely";
import type { LeaseOutcome, LeaseRequest, LeaseStore } from "../../../ports/storage.js";
import { readDriverError } from "./driver-error.js";
import { databaseClock } from "./engine.js";
import type { SqlStore } from "./sql-store.js";
import type { MooringTables } from "./tables.js";

export function sqlLeases({ name, db, engine, guarded }: SqlStore): LeaseStore {
  const now = databaseClock(engine);
  const after = (milliseconds: number) => sql<number>`${now} + ${sql.lit(milliseconds)}`;

  const lapsed =
    (ttlMs: number) =>
    ({ or, eb }: ExpressionBuilder<MooringTables, "mooring_leases">) =>
      or([eb("expires_at", "<=", now), eb("expires_at", ">", after(2 * ttlMs))]);

  const row = ({ key, owner, ttlMs }: LeaseRequest) => ({ id: key, owner, expires_at: after(ttlMs) });

  const takeOver = async ({ key, owner, ttlMs }: LeaseRequest): Promise<LeaseOutcome> => {
    const result = await db
      .updateTable("mooring_leases")
      .set({ owner, expires_at: after(ttlMs) })
      .where("id", "=", key)
      .where(lapsed(ttlMs))
      .executeTakeFirst();
    return result.numUpdatedRows > 0n ? "taken-over" : "held";
  };

  const insertElseTakeOver = async (request: LeaseRequest): Promise<LeaseOutcome> => {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto("mooring_leases")
      .values(row(request))
      .onConflict((conflict) => conflict.column("id").doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n ? "acquired" : takeOver(request);
  };

  /**
   * For MySQL, whose `insert ignore` ignores more than that the lease is taken, and whose `on duplicate key update` does
   * not say which of the two it did. Who waits for a lease only reads.
   */
  const lookFirst = async (request: LeaseRequest): Promise<LeaseOutcome> => {
    const found = await db
      .selectFrom("mooring_leases")
      .select((eb) => eb.case().when(lapsed(request.ttlMs)(eb)).then(1).else(0).end().as("lapsed"))
      .where("id", "=", request.key)
      .executeTakeFirst();
    if (found !== undefined) return Number(found.lapsed) === 1 ? takeOver(request) : "held";
    try {
      await db.insertInto("mooring_leases").values(row(request)).execute();
      return "acquired";
    } catch (error) {
      if (readDriverError(error).kind === "conflict") return "held";
      throw error;
    }
  };

  /** MySQL may be set up to count the rows whose values changed: within a millisecond, a renewal changes none. */
  const isHeldBy = async (key: string, owner: string): Promise<boolean> => {
    const found = await db
      .selectFrom("mooring_leases")
      .select("id")
      .where("id", "=", key)
      .where("owner", "=", owner)
      .executeTakeFirst();
    return found !== undefined;
  };

  return {
    adapter: name,
    acquire(request) {
      return guarded("leases.acquire", () =>
        engine === "mysql" ? lookFirst(request) : insertElseTakeOver(request),
      );
    },
    renew({ key, owner, ttlMs }) {
      return guarded("leases.renew", async () => {
        const result = await db
          .updateTable("mooring_leases")
          .set({ expires_at: after(ttlMs) })
          .where("id", "=", key)
          .where("owner", "=", owner)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n || (engine === "mysql" && (await isHeldBy(key, owner)));
      });
    },
    release({ key, owner }) {
      return guarded("leases.release", async () => {
        await db.deleteFrom("mooring_leases").where("id", "=", key).where("owner", "=", owner).execute();
      });
    },
    deleteExpired(lapsedForMs) {
      return guarded("leases.deleteExpired", async () => {
        const result = await db
          .deleteFrom("mooring_leases")
          .where("expires_at", "<=", after(-lapsedForMs))
          .executeTakeFirst();
        return Number(result.numDeletedRows);
      });
    },
  };
}
