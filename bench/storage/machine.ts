import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine a run was made on, as a line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, ${type()} ${release()}, Node ${process.version}, load ${load} at ${new Date().toISOString()}`;
}

/** How busy the processors were: this process, and the whole machine, as shares of all processors. */
export interface Busy {
  readonly own: number;
  readonly machine: number;
}

/** Begins to watch; what is returned says how busy they were since. */
export function watchProcessors(): () => Busy {
  const startedAt = performance.now();
  const ownBefore = process.cpuUsage();
  const before = processorTimes();
  return () => {
    const { user, system } = process.cpuUsage(ownBefore);
    const after = processorTimes();
    const elapsed = (performance.now() - startedAt) * 1000;
    return {
      own: (user + system) / elapsed / cpus().length,
      machine: (after.busy - before.busy) / (after.all - before.all),
    };
  };
}

function processorTimes(): { readonly busy: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  return { busy: all - idle, all };
}
