import type { TestModule, TestSuite } from "vitest/node";
import type { FoundServers, ServerKind } from "./server-urls.js";
import { onServer, SERVER_URLS, WHERE_INSTALLED } from "./server-urls.js";

/**
 * What was skipped for want of a server: a line for each server that is not there or not installed, and below it a line for each suite,
 * with its file. None when nothing was.
 *
 * @param urls where each server was looked for
 */
export function listSkipped(
  modules: readonly TestModule[],
  servers: FoundServers,
  urls: Readonly<Record<ServerKind, string>>,
): readonly string[] {
  const ended = (end: string, isSkipped: (suite: TestSuite) => boolean) =>
    modules.flatMap(({ children, relativeModuleId }) =>
      [...children.allSuites()]
        .filter((suite) => suite.name.endsWith(end) && isSkipped(suite))
        .map(({ fullName }) => `  ${fullName.slice(0, -end.length)} (${relativeModuleId})`),
    );
  const titled = (title: string, suites: readonly string[]) =>
    suites.length === 0 ? [] : [title, ...new Set(suites)];
  const missing = MISSABLE.filter((kind) => servers[kind] === null).flatMap((kind) => {
    const { host } = new URL(urls[kind]);
    const title = `Skipped, no ${kind} at ${host} (${SERVER_URLS[kind].variable}):`;
    return titled(
      title,
      ended(onServer(kind), () => true),
    );
  });
  const notInstalled = ended(WHERE_INSTALLED, (suite) => suite.state() === "skipped");
  return [...missing, ...titled("Skipped, redis-server is not installed:", notInstalled)];
}

const MISSABLE: readonly ServerKind[] = ["postgresql", "mysql", "redis"];
