import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SERVER_URLS } from "./server-urls.js";

/** Nothing listens on the port for discarding. */
const NOWHERE = {
  MOORING_TEST_POSTGRESQL_URL: "postgres://root@127.0.0.1:9/test",
  MOORING_TEST_MYSQL_URL: "mysql://root@127.0.0.1:9/test",
  MOORING_TEST_REDIS_URL: "redis://127.0.0.1:9",
};

/** Runs a test file in a run of its own. */
function run(variables: Readonly<Record<string, string>>, options: readonly string[] = []) {
  const file = "test/support/servers.test.ts";
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|MOORING|NODE_ENV)/.test(name));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: "1", ...variables };
  return new Promise<{ readonly failed: boolean; readonly output: string }>((resolve) => {
    execFile(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", file, ...options],
      { env },
      (error, stdout, stderr) => resolve({ failed: error !== null, output: stdout + stderr }),
    );
  });
}

describe("a run without servers", () => {
  it("passes, and lists by name what it skipped, whichever reporters it has", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mooring-test-"));
    const report = join(folder, "report.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { failed, output } = await run({ ...NOWHERE, MOORING_REQUIRE_SERVERS: "0" }, reporters);
    const counts: unknown = JSON.parse(await readFile(report, "utf8"));
    await rm(folder, { recursive: true });
    expect(failed).toBe(false);
    expect(counts).toMatchObject({ success: true, numPendingTests: 3, numFailedTests: 0 });
    expect(output.slice(output.indexOf("Skipped, "))).toBe(`\
Skipped, no postgresql at 127.0.0.1:9 (MOORING_TEST_POSTGRESQL_URL):
  a database of one's own (test/support/servers.test.ts)
Skipped, no mysql at 127.0.0.1:9 (MOORING_TEST_MYSQL_URL):
  a database of one's own (test/support/servers.test.ts)
Skipped, no redis at 127.0.0.1:9 (MOORING_TEST_REDIS_URL):
  a prefix of one's own (test/support/servers.test.ts)
`);
  }, 60_000);

  it("fails where servers are required, and says which is missing", async () => {
    const { failed, output } = await run({ ...NOWHERE, MOORING_REQUIRE_SERVERS: "1" });
    expect(failed).toBe(true);
    expect(output).toMatch(/There is no \w+ at 127\.0\.0\.1:9: start it, or set MOORING_TEST_\w+_URL\./);
  }, 60_000);
});

describe("compose.yaml", () => {
  it("starts each server where tests look for it, and for this machine only", () => {
    const compose = readFileSync("compose.yaml", "utf8");
    const published = [...compose.matchAll(/^ +- "(.+):(\d+):\d+"$/gm)].map(
      ([, host, port]) => `${host}:${port}`,
    );
    const expected = Object.values(SERVER_URLS).map(({ url }) => new URL(url).host);
    expect(published.sort()).toEqual(expected.sort());
  });
});
