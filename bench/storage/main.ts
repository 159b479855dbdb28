import pg from "pg";
import { runRace } from "../race/race.js";
import { startProvider } from "./child.js";
import type { Engine } from "./engine.js";
import { nameOfRun } from "./engine.js";
import { mysqlEngine } from "./engines/mysql.js";
import { pgliteEngine } from "./engines/pglite.js";
import { postgresqlEngine } from "./engines/postgresql.js";
import { redisEngine } from "./engines/redis.js";
import { sqliteEngine } from "./engines/sqlite.js";
import { measureLatency } from "./latency.js";
import { describeMachine } from "./machine.js";
import { measureMemory } from "./memory.js";
import type { EngineName, Part } from "./options.js";
import { readOptions } from "./options.js";
import { measurePeer } from "./peer.js";
import { createPeerStore } from "./peer-store.js";
import { createPostgresqlDatabase } from "./postgresql-server.js";
import {
  printLatencies,
  printMemory,
  printRace,
  printSize,
  printThroughput,
  printVariants,
} from "./report.js";
import { serverUrl, withDatabase } from "./servers.js";
import type { Stage } from "./stage.js";
import { createStage } from "./stage.js";
import { measureThroughput } from "./throughput.js";
import { measureVariants } from "./variants.js";

const options = readOptions(process.argv.slice(2));
const has = (part: Part): boolean => options.parts.includes(part);

const OPEN: Readonly<Record<EngineName, () => Promise<Engine>>> = {
  postgresql: () => postgresqlEngine(serverUrl("postgresql")),
  mysql: () => mysqlEngine(serverUrl("mysql"), options.asFound),
  redis: () => redisEngine(serverUrl("redis")),
  sqlite: sqliteEngine,
  pglite: pgliteEngine,
};

/** What is open now: the newest first. */
const open: (() => Promise<void>)[] = [];

async function closeDownTo(count: number): Promise<void> {
  while (open.length > count) await open.shift()?.();
}

/** Runs work that opens things, and closes them in the opposite order, whatever comes of it. */
async function withCleanUp(
  work: (later: (cleanUp: () => Promise<void>) => void) => Promise<void>,
): Promise<void> {
  const before = open.length;
  try {
    await work((cleanUp) => void open.unshift(cleanUp));
  } finally {
    await closeDownTo(before);
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    const end = () => process.exit(1);
    closeDownTo(0).then(end, end);
  });
}

async function benchPeer(stages: readonly [Stage, Stage], origin: string): Promise<void> {
  await withCleanUp(async (later) => {
    const url = serverUrl("postgresql");
    const server = new pg.Client({ connectionString: url });
    await server.connect();
    later(() => server.end());
    const create = async (rows: number) => {
      const store = await createPeerStore(server, url, rows, origin);
      later(async () => {
        await store.close();
        if (!options.keep) await store.drop();
      });
      return store;
    };
    const [small, large] = [await create(options.rows[0]), await create(options.rows[1])];
    printSize("better-auth's accounts in PostgreSQL", await large.size(), options.rows[1]);
    printLatencies(
      "Beside better-auth, on PostgreSQL",
      await measurePeer(stages, [small, large]),
      options.rows,
    );
  });
}

async function benchEngine(name: EngineName, engine: Engine, origin: string): Promise<void> {
  await withCleanUp(async (later) => {
    later(() => engine.close());
    const create = async (rows: number): Promise<Stage> => {
      const started = performance.now();
      const stage = await createStage(engine, rows, origin);
      later(async () => {
        await stage.store.close();
        if (!options.keep) await stage.store.drop();
      });
      const seconds = Math.round((performance.now() - started) / 1000);
      console.log(`${engine.name}: ${rows.toLocaleString("en")} connections made in ${seconds} s.`);
      return stage;
    };
    const [small, large] = [await create(options.rows[0]), await create(options.rows[1])];
    console.log(await engine.describe());
    printSize(engine.name, await large.store.size(), options.rows[1]);
    if (has("latency")) printLatencies(engine.name, await measureLatency(small, large), options.rows);
    if (has("memory")) printMemory(engine.name, await measureMemory(large));
    if (has("throughput")) printThroughput(engine.name, await measureThroughput(large));
    if (name !== "postgresql") return;
    if (has("variants")) {
      const databaseUrl = withDatabase(serverUrl("postgresql"), nameOfRun(large.rows));
      printVariants(await measureVariants(large, { databaseUrl, redisUrl: serverUrl("redis") }));
    }
    if (has("peer")) await benchPeer([small, large], origin);
  });
}

async function benchRace(): Promise<void> {
  await withCleanUp(async (later) => {
    const url = serverUrl("postgresql");
    const server = new pg.Client({ connectionString: url });
    await server.connect();
    later(() => server.end());
    printRace(await runRace(() => createPostgresqlDatabase(server, url, nameOfRun("race"))));
  });
}

console.log(describeMachine());
if (options.parts.some((part) => part !== "race")) {
  const provider = await startProvider();
  for (const name of options.engines) {
    console.log(`\n=== ${name}`);
    await benchEngine(name, await OPEN[name](), provider.origin);
  }
  provider.close();
}
if (has("race")) await benchRace();
console.log(`\nEnded: ${describeMachine()}`);
