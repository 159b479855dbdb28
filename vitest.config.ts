import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Examples import the package by its name; here that name means the sources.
    alias: [
      { find: /^mooring$/, replacement: source("index.ts") },
      { find: /^mooring\/(apps|testing)$/, replacement: source("$1/index.ts") },
      { find: /^mooring\/(.+)$/, replacement: source("$1.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/find-servers.ts"],
    typecheck: { include: ["test/**/*.test-d.ts"] },
    // One case of the conformance suite stores 10,000 connections.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    clearMocks: true,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    coverage: { provider: "v8", include: ["src/**"] },
  },
});
