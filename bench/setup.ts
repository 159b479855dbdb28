import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { Kysely } from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";
import type { Connection, StorageAdapter } from "mooring";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";

export const TOKEN = "a-token-for-the-benchmark";

/** Starts the loopback server in its own process. */
export async function startServer(): Promise<{ readonly origin: string; close(): void }> {
  const child = fork(fileURLToPath(new URL("./server.ts", import.meta.url)), {
    execArgv: ["--import", "tsx"],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (message) => {
      if (typeof message === "object" && message !== null && "port" in message) resolve(Number(message.port));
    });
    child.once("exit", (code) => reject(new Error(`The benchmark's server ended with ${code}.`)));
  });
  return { origin: `http://127.0.0.1:${port}`, close: () => child.disconnect() };
}

/** A connection with a bearer token to the server, on a storage. */
export async function connect(origin: string, storage: StorageAdapter): Promise<Connection> {
  const app = defineApp({
    slug: "bench",
    name: "Bench",
    description: "The loopback server",
    baseUrl: origin,
    authSchemes: [{ scheme: "BEARER_TOKEN" }],
  });
  const encryption = { keys: [{ id: "bench", secret: crypto.getRandomValues(new Uint8Array(32)) }] };
  const toolset = new MooringToolSet({ storage, encryption, apps: [app] });
  const entity = toolset.getEntity("user_1");
  await entity.initiateConnection({ app, connectionParams: { token: TOKEN } });
  return entity.getConnection({ app });
}

/** The two storages that need no server. */
export async function storages(): Promise<{
  readonly memory: StorageAdapter;
  readonly pglite: StorageAdapter;
  close(): Promise<void>;
}> {
  const engine = new PGlite();
  const db = new Kysely<unknown>({ dialect: new PGliteDialect(engine) });
  await migrateStorage(db);
  return { memory: memoryStorage(), pglite: kyselyStorage(db), close: () => db.destroy() };
}
