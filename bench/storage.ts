import pg from "pg";
import { SERVER_URLS } from "../test/support/server-urls.js";
import { runRace } from "./race/race.js";
import { startProvider } from "./storage/child.js";
import { mysqlEngine } from "./storage/engines/mysql.js";
import { pgliteEngine } from "./storage/engines/pglite.js";
import { postgresqlEngine } from "./storage/engines/postgresql.js";
import { sqliteEngine } from "./storage/engines/sqlite.js";
import { measureLatency } from "./storage/latency.js";
import { describeMachine } from "./storage/machine.js";
import { measureMemory } from "./storage/memory.js";
import { readOptions } from "./storage/options.js";
import { measurePeer } from "./storage/peer.js";
import { createPeerStore } from "./storage/peer-store.js";
import { createPostgresqlDatabase } from "./storage/postgresql-server.js";
import { printLatencies, printMemory, printRace, printThroughput } from "./storage/report.js";
import type { Stage } from "./storage/stage.js";
import { createStage } from "./storage/stage.js";
import { measureThroughput } from "./storage/throughput.js";

const options = readOptions(process.argv.slice(2));
const make = {
  postgresql: () => postgresqlEngine(SERVER_URLS.postgresql.url),
  mysql: () => mysqlEngine(SERVER_URLS.mysql.url),
  sqlite: sqliteEngine,
  pglite: pgliteEngine,
};
console.log(describeMachine());
const server = await startProvider();
for (const name of ["postgresql", "mysql", "sqlite", "pglite"] as const) {
  if (!options.engines.includes(name) || options.parts.every((p) => p === "race")) continue;
  const engine = await make[name]();
  console.log(await engine.describe());
  const stages: Stage[] = [];
  for (const rows of options.rows) stages.push(await createStage(engine, rows, server.origin));
  const [small, large] = stages;
  if (small && large) {
    if (options.parts.includes("latency"))
      printLatencies(engine.name, await measureLatency(small, large), options.rows);
    console.log(await large.store.size());
    if (options.parts.includes("memory")) printMemory(engine.name, await measureMemory(large));
    if (options.parts.includes("throughput")) printThroughput(engine.name, await measureThroughput(large));
    if (name === "postgresql" && options.parts.includes("peer")) {
      const s = new pg.Client(SERVER_URLS.postgresql.url);
      await s.connect();
      const a = await createPeerStore(s, SERVER_URLS.postgresql.url, options.rows[0], server.origin);
      const b = await createPeerStore(s, SERVER_URLS.postgresql.url, options.rows[1], server.origin);
      console.log(await b.size());
      printLatencies("peer", await measurePeer([small, large], [a, b]), options.rows);
      await a.close();
      await b.close();
      await a.drop();
      await b.drop();
      await s.end();
    }
  }
  for (const s of stages) {
    await s.store.close();
    await s.store.drop();
  }
  await engine.close();
}
if (options.parts.includes("race")) {
  const s = new pg.Client(SERVER_URLS.postgresql.url);
  await s.connect();
  const st = await runRace(() =>
    createPostgresqlDatabase(s, SERVER_URLS.postgresql.url, "mooring_bench_race"),
  );
  printRace(st);
  for (const x of st) console.log(x.contestant.name, x.processes, x.failures);
  await s.end();
}
server.close();
