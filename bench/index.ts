import { benchHeap } from "./heap.js";
import { benchHttp } from "./http.js";
import { benchImport } from "./import-cost.js";
import { benchSchemes } from "./schemes.js";
import { benchSize } from "./size.js";

/** `npm run bench [schemes|http|heap|import|size …]`: all of them, or those named. */
const BENCHMARKS = {
  // First, and nothing left of others: garbage of theirs costs more than what is measured.
  schemes: benchSchemes,
  http: benchHttp,
  heap: benchHeap,
  import: benchImport,
  size: benchSize,
};
const isBenchmark = (name: string): name is keyof typeof BENCHMARKS => Object.hasOwn(BENCHMARKS, name);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !isBenchmark(name));
if (unknown.length > 0)
  throw new Error(`Unknown: ${unknown.join(", ")}. There are ${Object.keys(BENCHMARKS).join(", ")}.`);

console.log(`Node ${process.version}`);
for (const [name, run] of Object.entries(BENCHMARKS))
  if (named.length === 0 || named.includes(name)) await run();
