import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type {
  RefreshPoint,
  WorkerCommand,
  WorkerMessage,
  WorkerSetup,
} from "../../fixtures/refresh-worker.js";
import type { Deferred } from "../../support/deferred.js";
import { deferred } from "../../support/deferred.js";
import type { Host } from "./host.js";

/** A process of a host's that can be paused and killed. */
export interface Worker extends Host {
  readonly isAlive: boolean;
  setUp(setup: WorkerSetup): Promise<void>;
  /** Lets it stand still at a point of its next refresh; resolves when it does. */
  haltAt(point: RefreshPoint): Promise<{ readonly halted: Promise<void> }>;
  /** Lets it go on from there. */
  goOn(): void;
  /** `SIGSTOP` pauses it, `SIGCONT` wakes it up. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const reportSchema = z.object({ succeeded: z.number(), failed: z.record(z.string(), z.number()) });
const FILE = fileURLToPath(new URL("../../fixtures/refresh-worker.ts", import.meta.url));

/** Starts one. */
export function startWorker(): Worker {
  const child = fork(FILE, { execArgv: ["--import", "tsx"], stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const answers = new Map<number, Deferred<unknown>>();
  let halts = deferred();
  let isKilled = false;
  child.on("message", (message: WorkerMessage) => {
    if (message.kind === "halted") halts.resolve();
    else answers.get(message.number)?.resolve(message.value);
  });
  child.on("exit", (code) => {
    const error = new Error(`The process has ended${isKilled ? "" : ` by itself, with code ${code}`}.`);
    for (const answer of answers.values()) answer.reject(error);
  });
  let commands = 0;
  const tell = (command: WorkerCommand): Promise<unknown> => {
    commands += 1;
    const answer = deferred<unknown>();
    answers.set(commands, answer);
    // Who kills a process may not care for what it was asked.
    answer.promise.catch(() => {});
    child.send({ number: commands, command }, (error) => {
      if (error !== null) answer.reject(error);
    });
    return answer.promise;
  };
  return {
    get isAlive() {
      return child.connected && !isKilled;
    },
    setUp: async (setup) => void (await tell({ name: "set up", setup })),
    call: async (calls) => reportSchema.parse(await tell({ name: "call", calls })),
    skip: async (milliseconds) => void (await tell({ name: "skip", milliseconds })),
    async haltAt(point) {
      halts = deferred();
      await tell({ name: "halt at", point });
      return { halted: halts.promise };
    },
    // Not waited for: the process may stand still.
    goOn: () => void tell({ name: "go on" }),
    signal: (signal) => void child.kill(signal),
    async kill() {
      isKilled = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
