import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe } from "vitest";
import { WHERE_INSTALLED } from "../../support/server-urls.js";

/** A Redis of the test's own, whose settings harm no other. */
export interface OwnServer {
  readonly port: number;
  readonly url: string;
  /** Where it saves. */
  readonly folder: string;
  /** Runs one command on a connection of its own. */
  run(command: string, ...args: string[]): Promise<unknown>;
  stop(): void;
}

/** Suites on servers of their own: skipped, by name, where `redis-server` is not installed. */
export function describeWithOwnServers(name: string, suite: () => void): void {
  const isRequired = process.env["MOORING_REQUIRE_SERVERS"] === "1";
  describe.skipIf(!isRequired && !isInstalled())(`${name}${WHERE_INSTALLED}`, suite);
}

function isInstalled(): boolean {
  try {
    execFileSync("redis-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Starts a server that saves nothing, unless its settings say so. */
export async function startServer(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
  const args = Object.entries({ save: "", ...settings }).flatMap(([name, value]) => [
    `--${name}`,
    ...value.split(" "),
  ]);
  return start((port, folder) => ["--port", String(port), "--dir", folder, ...args]);
}

/** Starts a sentinel that watches a server by the name `primary`. */
export async function startSentinel(primary: OwnServer): Promise<OwnServer> {
  return start((port, folder) => {
    const file = join(folder, "sentinel.conf");
    writeFileSync(file, `port ${port}\nsentinel monitor primary 127.0.0.1 ${primary.port} 1\n`);
    return [file, "--sentinel"];
  });
}

/** Starts a cluster of two, each with half of the slots. */
export async function startCluster(): Promise<readonly OwnServer[]> {
  const settings = { "cluster-enabled": "yes", "cluster-config-file": "nodes.conf" };
  const servers = [await startServer(settings), await startServer(settings)];
  const halves = [
    ["0", "8191"],
    ["8192", "16383"],
  ];
  for (const [index, server] of servers.entries()) {
    await server.run("CLUSTER", "ADDSLOTSRANGE", ...(halves[index] ?? []));
    await server.run("CLUSTER", "MEET", "127.0.0.1", String(servers[0]?.port));
  }
  for (const server of servers) {
    await until(async () =>
      /cluster_state:ok.*cluster_size:2/s.test(String(await server.run("CLUSTER", "INFO"))),
    );
  }
  return servers;
}

async function start(argsFor: (port: number, folder: string) => readonly string[]): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), "mooring-redis-"));
  const port = await freePort();
  const child = spawn("redis-server", [...argsFor(port, folder)], { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  const run = async (command: string, ...args: string[]): Promise<unknown> => {
    const client = new Redis(url, { retryStrategy: null, enableReadyCheck: false });
    client.on("error", () => {});
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  };
  const stop = (): void => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  // One that wants a password answers as well.
  const answers = (): Promise<boolean> =>
    run("PING").then(
      () => true,
      ({ message }) => message.startsWith("NOAUTH"),
    );
  try {
    await until(answers);
  } catch (error) {
    stop();
    throw error;
  }
  return { port, url, folder, run, stop };
}

/** A port below those a system gives out, with room for a cluster's second one. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

/** Asks until it is so; fails after ten seconds. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (await isSo().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The server did not come to what was waited for.");
}
