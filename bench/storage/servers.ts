import type { ServerKind } from "../../test/support/server-urls.js";
import { SERVER_URLS } from "../../test/support/server-urls.js";

/** Where a server is: the tests' address, unless the environment names another. */
export function serverUrl(kind: ServerKind): string {
  const { variable, url } = SERVER_URLS[kind];
  return process.env[variable] ?? url;
}

/** The address of another database of the same server. */
export function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
