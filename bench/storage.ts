import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

/**
 * `npm run bench:storage`: builds the storage benchmarks and runs them. They are built because tsx answers each
 * `import()` of a package from another thread, which costs more than what is measured.
 */
const inBench = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await build({
  config: false,
  entry: {
    main: inBench("./storage/main.ts"),
    provider: inBench("./storage/provider.ts"),
    runner: inBench("./race/runner.ts"),
  },
  outDir: inBench("./dist"),
  format: ["esm"],
  target: "node20",
  splitting: false,
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  silent: true,
});
const child = fork(inBench("./dist/main.js"), process.argv.slice(2), { execArgv: ["--expose-gc"] });
// The child is told as well, and cleans up: this one waits for it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
