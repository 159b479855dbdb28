import { execFileSync } from "node:child_process";

/** Minified and gzipped size of the entries, as the size limits measure it; needs the build in dist. */
export function benchSize(): void {
  const report: unknown = JSON.parse(execFileSync("npx", ["size-limit", "--json"], { encoding: "utf8" }));
  if (!Array.isArray(report)) throw new Error("size-limit did not answer with a list.");
  console.log("\nOwn code, minified and gzipped:");
  console.table(
    report.map(({ name, size }) => ({ entry: String(name), kB: (Number(size) / 1000).toFixed(1) })),
  );
}
