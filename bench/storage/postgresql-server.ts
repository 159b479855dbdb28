import pg from "pg";
import { POOL_SIZE } from "./engine.js";
import { withDatabase } from "./servers.js";

/** A database of its own. */
export interface BenchDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database. */
export async function createPostgresqlDatabase(
  server: pg.Client,
  serverUrl: string,
  name: string,
): Promise<BenchDatabase> {
  const drop = async (): Promise<void> => {
    await server.query(`drop database if exists ${name} with (force)`);
  };
  await server.query(`create database ${name}`);
  return { url: withDatabase(serverUrl, name), drop };
}

/** A pool of the size used for every SQL server here. */
export function createPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: POOL_SIZE });
  // A connection that the server ends while it is idle is replaced; nobody waits for it.
  pool.on("error", () => {});
  return pool;
}
