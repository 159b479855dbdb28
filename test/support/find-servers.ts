import { Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import type { TestProject } from "vitest/node";
import type { ServerKind } from "./server-urls.js";
import { SERVER_URLS } from "./server-urls.js";
import { listSkipped } from "./skipped-suites.js";

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

/** Looks once per run which servers there are. When it has ended, says which suites were skipped for want of one. */
export async function setup(project: TestProject): Promise<() => void> {
  const required = process.env["MOORING_REQUIRE_SERVERS"] === "1";
  const urlOf = (kind: ServerKind): string =>
    process.env[SERVER_URLS[kind].variable] ?? SERVER_URLS[kind].url;
  const urls = { postgresql: urlOf("postgresql"), mysql: urlOf("mysql"), redis: urlOf("redis") };
  const find = async (kind: ServerKind): Promise<string | null> => {
    const url = urls[kind];
    try {
      await ASK[kind](url);
      return url;
    } catch (cause) {
      if (!required) return null;
      const { variable } = SERVER_URLS[kind];
      throw new Error(`There is no ${kind} at ${new URL(url).host}: start it, or set ${variable}.`, {
        cause,
      });
    }
  };
  const [postgresql, mysql, redis] = await Promise.all([find("postgresql"), find("mysql"), find("redis")]);
  const servers = { postgresql, mysql, redis };
  project.provide("servers", servers);
  return () => {
    const { state, logger } = project.vitest;
    const skipped = listSkipped(state.getTestModules(), servers, urls);
    // Not a reporter's work: reporters are replaced by those the command line names.
    if (skipped.length > 0) logger.log(`\n${skipped.join("\n")}`);
  };
}
