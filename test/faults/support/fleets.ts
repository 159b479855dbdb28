import type { StorageAdapter } from "../../../src/ports/storage.js";
import { callTogether, hostToolset, skippingClock } from "./caller.js";
import type { Fleet, Host } from "./host.js";
import type { StorageAddress } from "./storage-at.js";
import type { Worker } from "./worker.js";
import { startWorker } from "./worker.js";

const SIZE = 4;

/** Four toolsets of this process: each has its own memory, as if it were a process. */
export function toolsetFleet(storage: StorageAdapter): Fleet<Host> {
  return {
    ready: async ({ origin, leaseMs }) =>
      Array.from({ length: SIZE }, () => {
        const clock = skippingClock();
        const toolset = hostToolset({ storage, origin, leaseMs, clock });
        return {
          call: (calls) => callTogether(toolset, calls),
          skip: async (milliseconds) => clock.skip(milliseconds),
        };
      }),
  };
}

/** Four processes. Those that were killed are replaced. */
export function processFleet(): {
  ready(
    setup: Parameters<Fleet<Worker>["ready"]>[0] & { readonly storage: StorageAddress },
  ): Promise<readonly Worker[]>;
  close(): Promise<void>;
} {
  let workers: readonly Worker[] = [];
  // Starting one takes as long as many a test: it starts while a test waits for a lease to lapse.
  let successor: Worker | null = null;
  const successorOrNew = (): Worker => {
    const worker = successor ?? startWorker();
    successor = null;
    return worker;
  };
  return {
    async ready(setup) {
      const alive = workers.filter(({ isAlive }) => isAlive);
      workers = [...alive, ...Array.from({ length: SIZE - alive.length }, successorOrNew)];
      await Promise.all(workers.map((worker) => worker.setUp(setup)));
      successor ??= startWorker();
      return workers;
    },
    async close() {
      await Promise.all(
        [...workers, ...(successor === null ? [] : [successor])].map((worker) => worker.kill()),
      );
    },
  };
}
