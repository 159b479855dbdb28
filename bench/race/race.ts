import type { ChildProcess } from "node:child_process";
import { STRICT_CLIENT, startStrictTokenServer } from "../../test/support/strict-token-server.js";
import { nextMessage, startScript } from "../storage/child.js";
import type { BenchDatabase } from "../storage/postgresql-server.js";
import type { Contestant, Shared } from "./contestant.js";
import { CONTESTANTS } from "./contestants.js";
import type { Order, Report } from "./messages.js";
import { report } from "./messages.js";

export const CALLERS = 20;
const ROUNDS = 5;
const PROCESSES = [1, 4];

/** One round of one library. */
interface Round {
  readonly tokenRequests: number;
  readonly failed: number;
  readonly isAlive: boolean;
}

/** How a library did with a number of processes. */
export interface Standing {
  readonly contestant: Contestant;
  readonly processes: number;
  readonly rounds: readonly Round[];
  /** What callers were told, without repetition. */
  readonly failures: readonly string[];
}

async function ask(child: ChildProcess, given: Order): Promise<Report> {
  const answered = nextMessage(child);
  child.send(given);
  return report.parse(await answered);
}

function startProcess(contestant: Contestant, shared: Shared): Promise<ChildProcess> {
  const child = startScript("runner", [JSON.stringify({ contestant: contestant.name, shared })]);
  return nextMessage(child).then(() => child);
}

async function race(contestant: Contestant, processes: number, databaseUrl: string): Promise<Standing> {
  const server = await startStrictTokenServer();
  const { client_id: clientId, client_secret: clientSecret } = STRICT_CLIENT;
  const shared = { databaseUrl, origin: server.origin, clientId, clientSecret };
  await contestant.migrate(shared);
  const host = await contestant.start(shared);
  const children = await Promise.all(
    Array.from({ length: processes }, () => startProcess(contestant, shared)),
  );
  const rounds: Round[] = [];
  const failures = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const login = `${processes}-processes-round-${round}`;
    await host.store(login, server.issueTokens(login));
    server.expireAccessTokens();
    const join: Order = { kind: "join", login, callers: CALLERS };
    await Promise.all(children.map((child) => ask(child, join)));
    const before = server.refreshes.length;
    const reports = await Promise.all(children.map((child) => ask(child, { kind: "go" })));
    const failed = reports.flatMap((each) => (each.kind === "done" ? each.failures : []));
    for (const failure of failed) failures.add(failure);
    const tokenRequests = server.refreshes.length - before;
    rounds.push({ tokenRequests, failed: failed.length, isAlive: server.isAlive(login) });
  }
  for (const child of children) child.send({ kind: "leave" } satisfies Order);
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("exit", resolve))));
  await host.close();
  await server.close();
  return { contestant, processes, rounds, failures: [...failures] };
}

/**
 * 20 callers at once in one process, then in each of four, find an access token that has expired, at a server that
 * revokes the grant when a spent refresh token comes back.
 */
export async function runRace(createDatabase: () => Promise<BenchDatabase>): Promise<readonly Standing[]> {
  const standings: Standing[] = [];
  for (const processes of PROCESSES) {
    for (const contestant of CONTESTANTS) {
      const database = await createDatabase();
      standings.push(await race(contestant, processes, database.url));
      await database.drop();
    }
  }
  return standings;
}
