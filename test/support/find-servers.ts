import { Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import type { TestProject } from "vitest/node";
import type { ServerKind } from "./server-urls.js";
import { SERVER_URLS } from "./server-urls.js";

const PATIENCE_MS = 3_000;

/** Resolves when the server answers. */
const ASK: Readonly<Record<ServerKind, (url: string) => Promise<void>>> = {
  async postgresql(connectionString) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE_MS });
    try {
      await client.connect();
      await client.query("select 1");
    } finally {
      await client.end().catch(() => {});
    }
  },
  async mysql(uri) {
    const connection = await createConnection({ uri, connectTimeout: PATIENCE_MS });
    await connection.query("select 1").finally(() => connection.end());
  },
  async redis(url) {
    const client = new Redis(url, {
      lazyConnect: true,
      connectTimeout: PATIENCE_MS,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
    });
    client.on("error", () => {});
    try {
      await client.connect();
      await client.ping();
    } finally {
      client.disconnect();
    }
  },
};

/** Looks once per run which servers there are. */
export async function setup(project: TestProject): Promise<void> {
  const find = async (kind: ServerKind): Promise<string | null> => {
    const { variable, url: usual } = SERVER_URLS[kind];
    const { [variable]: given, MOORING_REQUIRE_SERVERS: required } = process.env;
    const url = given ?? usual;
    try {
      await ASK[kind](url);
      return url;
    } catch (cause) {
      if (required !== "1") return null;
      throw new Error(`There is no ${kind} at ${new URL(url).host}: start it, or set ${variable}.`, {
        cause,
      });
    }
  };
  const [postgresql, mysql, redis] = await Promise.all([find("postgresql"), find("mysql"), find("redis")]);
  project.provide("servers", { postgresql, mysql, redis });
}
