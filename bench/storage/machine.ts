import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine a run was made on, as a line. */
export function describeMachine(): string {
  const [cpu] = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0]?.toFixed(1);
  return `${cpus().length} × ${cpu?.model.trim()}, ${gigabytes} GB, ${type()} ${release()}, Node ${process.version}, load ${load} at ${new Date().toISOString()}`;
}

/** Processor time that was used, in milliseconds: by this process, and by all others on the machine. */
export interface ProcessorTime {
  readonly own: number;
  readonly others: number;
  /** Share of all there was. */
  readonly busy: number;
}

/** Begins to watch; what is returned says what was used since. */
export function watchProcessors(): () => ProcessorTime {
  const ownBefore = process.cpuUsage();
  const before = processorTimes();
  return () => {
    const { user, system } = process.cpuUsage(ownBefore);
    const after = processorTimes();
    const [own, used] = [(user + system) / 1000, after.used - before.used];
    return { own, others: Math.max(0, used - own), busy: used / (after.all - before.all) };
  };
}

function processorTimes(): { readonly used: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  const idle = times.reduce((sum, time) => sum + time.idle, 0);
  return { used: all - idle, all };
}
