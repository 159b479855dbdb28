import { execFileSync } from "node:child_process";

const RUNS = 15;
/** The root entry, and what it would load if it loaded everything at once. */
const MODULES = ["mooring", "zod", "ky", "jose", "openid-client"];

function importOnce(name: string): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(name)}); console.log(performance.now() - t);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }));
}

/** Cold import in a new process each time, all in turn; needs the build in dist. */
export function benchImport(): void {
  const times = new Map<string, number[]>(MODULES.map((name) => [name, []]));
  for (let run = 0; run < RUNS; run += 1) for (const name of MODULES) times.get(name)?.push(importOnce(name));
  const medianOf = (name: string): number => {
    const sorted = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  const heaviest = Math.max(...MODULES.slice(1).map(medianOf));
  console.log("\nCold import, median of new processes:");
  console.table(
    MODULES.map((name) => ({
      module: name,
      ms: medianOf(name).toFixed(1),
      "to the heaviest dependency": (medianOf(name) / heaviest).toFixed(2),
    })),
  );
}
