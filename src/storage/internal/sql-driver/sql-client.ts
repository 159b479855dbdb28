import type { CompiledQuery } from "kysely";

/** What came of one statement. */
export interface SqlResult {
  /** Empty for a statement that answers with none. */
  readonly rows: readonly unknown[];
  /** How many rows it inserted, updated or deleted; null where the driver does not say. */
  readonly changed: number | null;
}

/** What runs one statement, with its parameters bound. Rejects with the driver's own error, not with a wrapper's. */
export interface SqlExecutor {
  execute(statement: CompiledQuery): Promise<SqlResult>;
}

/** The app's own database, reached through its ORM. */
export interface SqlClient extends SqlExecutor {
  /** Runs what `run` does in one transaction, on one connection; rolled back when `run` rejects. */
  transaction(run: (inside: SqlExecutor) => Promise<void>): Promise<void>;
}
