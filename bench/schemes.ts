import type { ParamValues, SchemeContext } from "mooring";
import { defineApp } from "mooring";
import type { Subject } from "./scheme-subjects.js";
import { NOW, SUBJECTS } from "./scheme-subjects.js";

const ROUNDS = 21;
/** Slices of both take turns: what one leaves to the garbage collector is not paid for by the other alone. */
const SLICES_PER_ROUND = 40;
const CALLS_PER_SLICE = 15;
const WARM_UP_CALLS = 1_500;
const TARGET = 1.3;

async function connected(
  context: SchemeContext<unknown>,
  scheme: Subject["scheme"],
  values: ParamValues = {},
): Promise<unknown> {
  const started = await scheme.start({ ...context, values, callbackUrl: "", state: "", scopes: [] });
  if (started.kind !== "complete") throw new Error(`${scheme.name} needs a user.`);
  return started.grant.credentials;
}

async function applying({
  scheme,
  settings,
  config = {},
  request,
  ...given
}: Subject): Promise<() => unknown> {
  const app = defineApp({
    slug: "bench",
    name: "Bench",
    description: "Nothing is sent",
    baseUrl: "https://api.example",
    authSchemes: [{ scheme: "NO_AUTH" }],
  });
  const context: SchemeContext<unknown> = {
    app,
    settings: scheme.parseSettings({ scheme: scheme.name, ...settings }),
    config,
    params: {},
    runtime: {
      fetch: () => Promise.reject(new Error("Nothing is sent.")),
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      logger: { debug: () => undefined, warn: () => undefined },
    },
  };
  const credentials = scheme.parseCredentials(
    given.credentials ?? (await connected(context, scheme, given.values)),
  );
  return () => scheme.apply(request(), credentials, context);
}

/** Microseconds for so many calls. */
async function time(call: () => unknown, calls: number): Promise<number> {
  const started = performance.now();
  for (let left = calls; left > 0; left -= 1) await call();
  return (performance.now() - started) * 1000;
}

/** Microseconds per call of each. */
async function round(apply: () => unknown, bare: () => unknown): Promise<readonly [number, number]> {
  const sums: [number, number] = [0, 0];
  for (let slice = 0; slice < SLICES_PER_ROUND; slice += 1) {
    sums[0] += await time(apply, CALLS_PER_SLICE);
    sums[1] += await time(bare, CALLS_PER_SLICE);
  }
  const calls = SLICES_PER_ROUND * CALLS_PER_SLICE;
  return [sums[0] / calls, sums[1] / calls];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * What `apply` costs, and what the primitive behind it costs alone. Both make the request, and end with one that can be
 * sent; rounds take turns, and the ratio is the median of those of each round.
 */
export async function benchSchemes(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const apply = await applying(subject);
    const bare = () => subject.bare(subject.request());
    await time(apply, WARM_UP_CALLS);
    await time(bare, WARM_UP_CALLS);
    const pairs: (readonly [number, number])[] = [];
    for (let left = ROUNDS; left > 0; left -= 1) pairs.push(await round(apply, bare));
    const ratio = median(pairs.map(([applied, alone]) => applied / alone));
    rows.push({
      scheme: name,
      "apply, µs": median(pairs.map(([applied]) => applied)).toFixed(1),
      primitive: subject.primitive,
      "alone, µs": median(pairs.map(([, alone]) => alone)).toFixed(1),
      ratio: ratio.toFixed(2),
      [`at most ${TARGET}`]: ratio <= TARGET ? "yes" : "no",
    });
  }
  console.log("\nCredentials added to a request that is made for it; nothing is sent:");
  console.table(rows);
}
