import type { Standing } from "../race/race.js";
import { CALLERS } from "../race/race.js";
import type { StoreSize } from "./engine.js";
import type { Latency } from "./latency.js";
import type { MemoryReading } from "./memory.js";
import { median } from "./statistics.js";
import type { Throughput } from "./throughput.js";
import type { Variant } from "./variants.js";

const milliseconds = (value: number): string => value.toFixed(value < 10 ? 3 : 1);

/** Times in milliseconds at both sizes, the ratio of the medians, and statements per call. */
export function printLatencies(
  title: string,
  latencies: readonly Latency[],
  sizes: readonly [number, number],
): void {
  const [small, large] = sizes.map((rows) => rows.toLocaleString("en"));
  console.log(`\n${title}:`);
  console.table(
    latencies.map((latency) => ({
      call: latency.name,
      [`${small}: median, ms`]: milliseconds(latency.small.median),
      "p99, ms": milliseconds(latency.small.p99),
      [`${large}: median, ms`]: milliseconds(latency.large.median),
      "p99, ms ": milliseconds(latency.large.p99),
      "ratio of medians": (latency.large.median / latency.small.median).toFixed(2),
      "statements per call": latency.large.statements.toFixed(2),
    })),
  );
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const percent = (share: number): string => `${Math.round(share * 100)} %`;

export function printThroughput(title: string, results: readonly Throughput[]): void {
  console.log(`\n${title}, one process:`);
  console.table(
    results.map(({ name, concurrency, perSecond, own, others, busy }) => ({
      call: name,
      "at a time": concurrency,
      "per second": Math.round(perSecond),
      "processor time per call: this process, ms": milliseconds(own),
      "all others, ms": milliseconds(others),
      "processors busy": percent(busy),
    })),
  );
}

export function printMemory(title: string, readings: readonly MemoryReading[]): void {
  console.log(`\n${title}, memory over ${readings.at(-1)?.calls.toLocaleString("en")} calls:`);
  console.table(
    readings.map(({ calls, heap, resident }) => ({
      calls,
      "heap after collection, MB": megabytes(heap),
      "resident, MB": megabytes(resident),
    })),
  );
}

export function printSize(title: string, { records, indexes }: StoreSize, rows: number): void {
  const perRow = (bytes: number): string => `${Math.round(bytes / rows).toLocaleString("en")} bytes`;
  const parts =
    indexes === null
      ? `${perRow(records)}, indexes included`
      : `${perRow(records)} and ${perRow(indexes)} of indexes`;
  console.log(`${title}: ${parts} per connection, ${megabytes(records + (indexes ?? 0))} MB in all.`);
}

export function printVariants(variants: readonly Variant[]): void {
  console.log("\nThe same rows in PostgreSQL, used in several ways:");
  console.table(
    variants.map(({ name, open, refresh, opensPerSecond, refreshesPerSecond }) => ({
      variant: name,
      "getAuthParams(): median, ms": milliseconds(open),
      "32 at a time: per second": Math.round(opensPerSecond),
      "refresh(): median, ms": milliseconds(refresh),
      "32 at a time: per second ": Math.round(refreshesPerSecond),
    })),
  );
}

/** The median and the worst of the rounds, as `median (worst)`. */
function typicalAndWorst(values: readonly number[]): string {
  return `${median(values)} (${Math.max(...values)})`;
}

export function printRace(standings: readonly Standing[]): void {
  const [first] = standings;
  console.log(`\nRefresh race, ${first?.rounds.length} rounds, median (worst):`);
  console.table(
    standings.map(({ contestant, processes, rounds }) => ({
      library: contestant.name,
      callers: `${processes} × ${CALLERS}`,
      "token requests": typicalAndWorst(rounds.map(({ tokenRequests }) => tokenRequests)),
      "failed callers": typicalAndWorst(rounds.map(({ failed }) => failed)),
      "grant alive afterwards": `${rounds.filter(({ isAlive }) => isAlive).length} of ${rounds.length}`,
    })),
  );
  const uses = new Map(standings.map(({ contestant }) => [contestant.name, contestant.use]));
  for (const [name, use] of uses) console.log(`${name}: ${use}.`);
}
