import { createGuard } from "../sql/errors.js";
import { migrate } from "../sql/migrate.js";
import type { ClientDatabaseOptions } from "./client-database.js";
import { clientDatabase } from "./client-database.js";
import type { SqlClient } from "./sql-client.js";

/**
 * Brings the tables up to date over the app's own database.
 *
 * MySQL's lock belongs to a connection, and an ORM holds one only for a transaction: so all of it happens in one there,
 * though the first change of the schema commits it.
 */
export function migrateClient(
  name: string,
  client: SqlClient,
  options: ClientDatabaseOptions,
): Promise<void> {
  if (options.engine !== "mysql") return migrate(name, clientDatabase(client, options));
  return createGuard(name)("migrateStorage", () =>
    client.transaction((inside) => migrate(name, clientDatabase(inside, options))),
  );
}
