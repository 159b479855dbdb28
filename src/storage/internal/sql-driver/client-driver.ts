import type { DatabaseConnection, Driver } from "kysely";
import { ClientConnection } from "./client-connection.js";
import type { SqlClient, SqlExecutor } from "./sql-client.js";

/**
 * Kysely's driver over the app's own database: the pool, its limits and its logs stay the app's, and nothing is opened
 * or closed here.
 */
export class ClientDriver implements Driver {
  readonly #database: SqlClient | SqlExecutor;

  /** @param database a mere executor stands for one connection, whose transactions are its owner's */
  constructor(database: SqlClient | SqlExecutor) {
    this.#database = database;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new ClientConnection(this.#database);
  }

  beginTransaction(connection: DatabaseConnection): Promise<void> {
    return own(connection).begin();
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return own(connection).commit();
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return own(connection).rollBack();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

function own(connection: DatabaseConnection): ClientConnection {
  if (connection instanceof ClientConnection) return connection;
  throw new TypeError("The connection is not one of this driver's.");
}
