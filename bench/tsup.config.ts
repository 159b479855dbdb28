import { defineConfig } from "tsup";

/**
 * The storage benchmarks run as built code: tsx answers each `import()` of a package from another thread, which costs
 * more than what is measured.
 */
export default defineConfig({
  entry: {
    storage: "bench/storage.ts",
    provider: "bench/storage/provider.ts",
    runner: "bench/race/runner.ts",
  },
  outDir: "bench/dist",
  format: ["esm"],
  target: "node20",
  splitting: false,
  skipNodeModulesBundle: true,
  removeNodeProtocol: false,
  clean: true,
  silent: true,
});
