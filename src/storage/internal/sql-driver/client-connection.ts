import type { CompiledQuery, DatabaseConnection, QueryResult } from "kysely";
import { ConfigurationError } from "../../../errors.js";
import { isObject } from "../../../internal/json.js";
import type { OpenTransaction } from "./open-transaction.js";
import { openTransaction } from "./open-transaction.js";
import type { SqlClient, SqlExecutor } from "./sql-client.js";
import { changesRows } from "./statement.js";

/** What Kysely takes for a connection. Outside of a transaction each statement may go over another one of the pool. */
export class ClientConnection implements DatabaseConnection {
  readonly #database: SqlClient | SqlExecutor;
  #transaction: OpenTransaction | null = null;

  constructor(database: SqlClient | SqlExecutor) {
    this.#database = database;
  }

  async executeQuery<Row>(statement: CompiledQuery): Promise<QueryResult<Row>> {
    const executor = this.#transaction?.inside ?? this.#database;
    const { rows, changed } = await executor.execute(statement);
    if (changed === null) {
      if (changesRows(statement)) throw cannotCount();
      return { rows: rows.filter(isRow<Row>) };
    }
    return { rows: rows.filter(isRow<Row>), numAffectedRows: BigInt(changed) };
  }

  streamQuery(): never {
    throw new TypeError("Rows are not streamed.");
  }

  async begin(): Promise<void> {
    if (!("transaction" in this.#database)) throw new TypeError("The transaction is not this connection's.");
    this.#transaction = await openTransaction(this.#database);
  }

  async commit(): Promise<void> {
    await this.#transaction?.commit();
    this.#transaction = null;
  }

  async rollBack(): Promise<void> {
    await this.#transaction?.rollBack();
    this.#transaction = null;
  }
}

function isRow<Row>(value: unknown): value is Row {
  return isObject(value);
}

/** Whether a compare-and-swap wrote is told by that number alone. */
function cannotCount(): ConfigurationError {
  return new ConfigurationError(
    "CONFIG_INVALID",
    "The database driver does not say how many rows a statement changed.",
    { hint: "Use another driver of your ORM for this database." },
  );
}
