import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { createConnection } from "mysql2/promise";
import pg from "pg";
import { describe, inject } from "vitest";
import type { ServerKind } from "./server-urls.js";
import { onServer } from "./server-urls.js";

const uniqueName = (): string => `mooring_test_${randomBytes(6).toString("hex")}`;

/** Suites on a real server: skipped, by name, where it is not there. `url` is the server's. */
export function describeOn(kind: ServerKind, name: string, suite: (url: string) => void): void {
  const url = inject("servers")[kind];
  describe.skipIf(url === null)(name + onServer(kind), () => suite(url ?? ""));
}

/** An empty database of its own on a server. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Makes an empty PostgreSQL database. Close all connections to it before `drop()`. */
export async function postgresqlDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = uniqueName();
  const run = async (statement: string): Promise<void> => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  const drop = async (): Promise<void> => {
    // Connections that were closed a moment ago may still count: cut, they would report an error to no one.
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const dropped = await run(`drop database ${name}`).then(
        () => true,
        () => false,
      );
      if (dropped) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await run(`drop database ${name} with (force)`);
  };
  await run(`create database ${name}`);
  return { url: withDatabase(serverUrl, name), drop };
}

/** Makes an empty MySQL or MariaDB database. Close all connections to it before `drop()`. */
export async function mysqlDatabase(serverUrl: string): Promise<TestDatabase> {
  const name = uniqueName();
  const run = async (statement: string): Promise<void> => {
    const connection = await createConnection(serverUrl);
    await connection.query(statement).finally(() => connection.end());
  };
  await run(`create database ${name}`);
  return { url: withDatabase(serverUrl, name), drop: () => run(`drop database ${name}`) };
}

/** A prefix on a Redis no one else uses; `drop()` removes all keys below it. */
export function redisPrefix(serverUrl: string): { readonly prefix: string; drop(): Promise<void> } {
  const prefix = uniqueName();
  return {
    prefix,
    async drop() {
      const client = new Redis(serverUrl);
      let cursor = "0";
      do {
        const [next, keys] = await client.scan(cursor, "MATCH", `*${prefix}*`, "COUNT", 1000);
        if (keys.length > 0) await client.unlink(...keys);
        cursor = next;
      } while (cursor !== "0");
      client.disconnect();
    },
  };
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
