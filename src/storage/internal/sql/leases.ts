import { sql } from "kysely";
import { ValidationError } from "../../../errors.js";
import type { LeaseRequest, LeaseStore } from "../../../ports/storage.js";
import { databaseClock } from "./engine.js";
import type { SqlStore } from "./sql-store.js";

/** Lengths of the columns. */
const MAX_KEY_LENGTH = 255;
const MAX_OWNER_LENGTH = 128;

export function sqlLeases({ db, engine, guarded }: SqlStore): LeaseStore {
  const now = databaseClock(engine);
  const after = (milliseconds: number) => sql<number>`${now} + ${sql.lit(milliseconds)}`;

  /** Whether the lease was free. */
  const insert = async ({ key, owner, ttlMs }: LeaseRequest): Promise<boolean> => {
    // MySQL's `insert ignore` would cut what is too long, and take two keys for one.
    if (key.length > MAX_KEY_LENGTH || owner.length > MAX_OWNER_LENGTH) throw tooLong();
    const values = db.insertInto("mooring_leases").values({ id: key, owner, expires_at: after(ttlMs) });
    const { numInsertedOrUpdatedRows = 0n } = await (engine === "mysql"
      ? values.ignore()
      : values.onConflict((conflict) => conflict.column("id").doNothing())
    ).executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  };

  /** MySQL may be set up to count the rows whose values changed: within a millisecond, a renewal changes none. */
  const isHeldBy = async (key: string, owner: string): Promise<boolean> => {
    const row = await db
      .selectFrom("mooring_leases")
      .select("id")
      .where("id", "=", key)
      .where("owner", "=", owner)
      .executeTakeFirst();
    return row !== undefined;
  };

  return {
    acquire(request) {
      return guarded("leases.acquire", async () => {
        if (await insert(request)) return "acquired";
        const { key, owner, ttlMs } = request;
        const takenOver = await db
          .updateTable("mooring_leases")
          .set({ owner, expires_at: after(ttlMs) })
          .where("id", "=", key)
          .where(({ or, eb }) => or([eb("expires_at", "<=", now), eb("expires_at", ">", after(2 * ttlMs))]))
          .executeTakeFirst();
        return takenOver.numUpdatedRows > 0n ? "taken-over" : "held";
      });
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

function tooLong(): ValidationError {
  return new ValidationError("A lease's key or owner is too long.", {
    issues: [
      { path: "key", message: `at most ${MAX_KEY_LENGTH} characters` },
      { path: "owner", message: `at most ${MAX_OWNER_LENGTH} characters` },
    ],
  });
}
