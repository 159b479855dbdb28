import type { SqlClient, SqlExecutor } from "./sql-client.js";

/** A transaction that has begun and waits for its end. */
export interface OpenTransaction {
  readonly inside: SqlExecutor;
  commit(): Promise<void>;
  /** Never rejects: where an ORM cannot say that it rolled back, the connection is lost, and the database did. */
  rollBack(): Promise<void>;
}

/**
 * ORMs run a transaction as a callback, and end it when the callback ends; Kysely begins and ends it in two calls. So
 * the callback is kept waiting between them.
 *
 * @throws what the ORM rejects with when the transaction cannot begin
 */
export function openTransaction(client: SqlClient): Promise<OpenTransaction> {
  return new Promise((begun, failed) => {
    const ended = client.transaction(
      (inside) =>
        new Promise<void>((commit, rollBack) => {
          begun({
            inside,
            commit() {
              commit();
              return ended;
            },
            rollBack() {
              rollBack(new Error("rolled back"));
              return ended.catch(() => {});
            },
          });
        }),
    );
    // Once it has begun this changes nothing, and keeps an end nobody asked for from being an unhandled rejection.
    ended.catch(failed);
  });
}
