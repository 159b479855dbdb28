import { fillEndpoint } from "../internal/fill-endpoint.js";
import type { AppDefinition } from "../ports/app.js";

/** Where an app is for one connection. */
export interface AppEndpoints {
  readonly baseUrl: string;
  /** Origins its credentials may be sent to; the base URL's is the first. */
  readonly origins: readonly string[];
}

/** Parsing URLs on each request would cost as much as signing it: an app without placeholders is parsed once. */
const FIXED = new WeakMap<AppDefinition, AppEndpoints>();

/**
 * An app's base URL and origins with the connection's params filled in.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a param is missing or could change a URL's structure
 */
export function appEndpoints(app: AppDefinition, params: Readonly<Record<string, string>>): AppEndpoints {
  const fixed = FIXED.get(app);
  if (fixed !== undefined) return fixed;
  const baseUrl = fillEndpoint(app.baseUrl, params);
  const others = app.origins.map((origin) => fillEndpoint(origin, params));
  const endpoints = { baseUrl, origins: [baseUrl, ...others].map((url) => new URL(url).origin) };
  const isTemplated = [app.baseUrl, ...app.origins].some((url) => url.includes("{"));
  if (!isTemplated) FIXED.set(app, endpoints);
  return endpoints;
}
