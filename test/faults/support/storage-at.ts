import { Redis } from "ioredis";
import { Kysely, MysqlDialect, PostgresDialect } from "kysely";
import { createPool } from "mysql2";
import pg from "pg";
import type { StorageAdapter } from "../../../src/ports/storage.js";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import { redisStorage } from "../../../src/storage/redis.js";
import type { ServerKind } from "../../support/server-urls.js";

/** Where a store is, as every process of a host is configured with it. */
export interface StorageAddress {
  readonly kind: ServerKind;
  readonly url: string;
  /** What all its keys begin with, where a server holds but one store. */
  readonly prefix: string;
}

/** A store, and how to leave it. */
export interface OpenStorage {
  readonly storage: StorageAdapter;
  /** Makes its tables. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

/** Also how long a caller waits for its turn in the pool. */
const PATIENCE_MS = 10_000;

function openSql(dialect: PostgresDialect | MysqlDialect): OpenStorage {
  const db = new Kysely<unknown>({ dialect });
  return {
    storage: kyselyStorage(db),
    migrate: () => migrateStorage(db),
    close: () => db.destroy(),
  };
}

/** Opens it as a host would, with a pool that gives up on a connection that cannot be made. */
export function storageAt({ kind, url, prefix }: StorageAddress): OpenStorage {
  switch (kind) {
    case "postgresql": {
      const pool = new pg.Pool({ connectionString: url, max: 8, connectionTimeoutMillis: PATIENCE_MS });
      // Without listeners, a connection that breaks ends the process, idle or not.
      pool.on("error", () => {});
      pool.on("connect", (client) => client.on("error", () => {}));
      return openSql(new PostgresDialect({ pool }));
    }
    case "mysql": {
      const pool = createPool({ uri: url, connectionLimit: 8, connectTimeout: PATIENCE_MS });
      return openSql(new MysqlDialect({ pool }));
    }
    case "redis": {
      const client = new Redis(url, { connectTimeout: PATIENCE_MS });
      client.on("error", () => {});
      return {
        storage: redisStorage(client, { prefix }),
        migrate: async () => {},
        close: async () => client.disconnect(),
      };
    }
  }
}
