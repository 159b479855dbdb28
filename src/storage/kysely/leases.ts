import type { LeaseStore } from "../../ports/storage.js";
import type { MooringDatabase } from "./database.js";
import { guarded } from "./errors.js";

export function kyselyLeases(db: MooringDatabase): LeaseStore {
  const { supportsReturning } = db.getExecutor().adapter;

  return {
    acquire({ key, owner, now, expiresAt }) {
      return guarded("leases.acquire", async () => {
        const takenOver = await db
          .updateTable("mooring_leases")
          .set({ owner, expires_at: expiresAt })
          .where("id", "=", key)
          .where(({ or, eb }) =>
            or([eb("expires_at", "<=", now), eb("expires_at", ">", now + 2 * (expiresAt - now))]),
          )
          .executeTakeFirst();
        if (takenOver.numUpdatedRows > 0n) return true;
        const insert = db.insertInto("mooring_leases").values({ id: key, owner, expires_at: expiresAt });
        // MySQL, which has no `returning`, has no `on conflict` either but `insert ignore`.
        const inserted = await (supportsReturning
          ? insert.onConflict((conflict) => conflict.column("id").doNothing())
          : insert.ignore()
        ).executeTakeFirst();
        return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n;
      });
    },
    renew({ key, owner, expiresAt }) {
      return guarded("leases.renew", async () => {
        const result = await db
          .updateTable("mooring_leases")
          .set({ expires_at: expiresAt })
          .where("id", "=", key)
          .where("owner", "=", owner)
          .executeTakeFirst();
        return result.numUpdatedRows > 0n;
      });
    },
    release({ key, owner }) {
      return guarded("leases.release", async () => {
        await db.deleteFrom("mooring_leases").where("id", "=", key).where("owner", "=", owner).execute();
      });
    },
    deleteExpired(now) {
      return guarded("leases.deleteExpired", async () => {
        const result = await db
          .deleteFrom("mooring_leases")
          .where("expires_at", "<=", now)
          .executeTakeFirst();
        return Number(result.numDeletedRows);
      });
    },
  };
}
