import type { TestModule } from "vitest/node";
import type { FoundServers, ServerKind } from "./server-urls.js";
import { onServer, SERVER_URLS } from "./server-urls.js";

/**
 * What was skipped for want of a server: a line for each server that is not there, and below it a line for each suite,
 * with its file. None when nothing was.
 *
 * @param urls where each server was looked for
 */
export function listSkipped(
  modules: readonly TestModule[],
  servers: FoundServers,
  urls: Readonly<Record<ServerKind, string>>,
): readonly string[] {
  return MISSABLE.filter((kind) => servers[kind] === null).flatMap((kind) => {
    const suites = modules.flatMap(({ children, relativeModuleId }) =>
      [...children.allSuites()]
        .filter(({ name }) => name.endsWith(onServer(kind)))
        .map(({ fullName }) => `  ${fullName.slice(0, -onServer(kind).length)} (${relativeModuleId})`),
    );
    const { host } = new URL(urls[kind]);
    const title = `Skipped, no ${kind} at ${host} (${SERVER_URLS[kind].variable}):`;
    return suites.length === 0 ? [] : [title, ...new Set(suites)];
  });
}

const MISSABLE: readonly ServerKind[] = ["postgresql", "mysql", "redis"];
