import ky from "ky";
import { connect, startServer, storages, TOKEN } from "./setup.js";

const ROUNDS = 15;
const CALLS_PER_ROUND = 400;
const WARM_UP_CALLS = 1_500;

interface Variant {
  readonly name: string;
  call(): Promise<unknown>;
}

async function run(variant: Variant, calls: number, concurrency: number): Promise<number> {
  let left = calls;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await variant.call();
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return ((performance.now() - started) * 1000) / calls;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** All variants in turn, round after round, so that what the machine does meanwhile hits them alike. */
async function measure(
  variants: readonly Variant[],
  concurrency: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const results = new Map<string, number[]>(variants.map(({ name }) => [name, []]));
  for (const variant of variants) await run(variant, WARM_UP_CALLS, concurrency);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const variant of variants)
      results.get(variant.name)?.push(await run(variant, CALLS_PER_ROUND, concurrency));
  }
  return results;
}

/** The median, over the rounds, of one variant's time by another's in the same round. */
function ratio(of: readonly number[] = [], to: readonly number[] = []): string {
  return median(of.map((value, round) => value / (to[round] ?? Number.NaN))).toFixed(2);
}

/** Microseconds per call, and the ratios that count: to bare fetch, and to ky. */
export async function benchHttp(): Promise<void> {
  const server = await startServer();
  const { memory, pglite, close } = await storages();
  const [onMemory, onPglite] = [await connect(server.origin, memory), await connect(server.origin, pglite)];
  const url = `${server.origin}/user`;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const variants: readonly Variant[] = [
    { name: "bare fetch", call: async () => (await fetch(url, { headers })).json() },
    { name: "ky", call: () => ky(url, { headers }).json() },
    { name: "connection.fetch, memory", call: async () => (await onMemory.fetch("/user")).json() },
    { name: "connection.request, memory", call: () => onMemory.request("/user").json() },
    { name: "connection.fetch, PGlite", call: async () => (await onPglite.fetch("/user")).json() },
    { name: "connection.request, PGlite", call: () => onPglite.request("/user").json() },
  ];
  for (const concurrency of [1, 32]) {
    const results = await measure(variants, concurrency);
    console.log(
      `\nGET with a fixed header, ${concurrency === 1 ? "one after the other" : `${concurrency} at a time`}:`,
    );
    console.table(
      variants.map(({ name }) => ({
        client: name,
        "µs per call": Math.round(median(results.get(name) ?? [])),
        "to bare fetch": ratio(results.get(name), results.get("bare fetch")),
        "to ky": ratio(results.get(name), results.get("ky")),
      })),
    );
  }
  await close();
  server.close();
}
