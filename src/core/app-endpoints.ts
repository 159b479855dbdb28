import { fillEndpoint } from "../internal/fill-endpoint.js";
import type { AppDefinition } from "../ports/app.js";
import { placeholdersOf } from "../ports/url-template.js";

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
  const endpoints = fill([app.baseUrl, ...app.origins], params);
  const isTemplated = [app.baseUrl, ...app.origins].some((url) => url.includes("{"));
  if (!isTemplated) FIXED.set(app, endpoints);
  return endpoints;
}

/**
 * The same while the provider has not told all params yet: URLs that need one of them are left out.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when none is left, or a param could change a URL's structure
 */
export function endpointsSoFar(app: AppDefinition, params: Readonly<Record<string, string>>): AppEndpoints {
  const known = [app.baseUrl, ...app.origins].filter((template) =>
    placeholdersOf(template).every((name) => Object.hasOwn(params, name)),
  );
  return known.length === 0 ? appEndpoints(app, params) : fill(known, params);
}

function fill(templates: readonly string[], params: Readonly<Record<string, string>>): AppEndpoints {
  const [baseUrl = "", ...others] = templates.map((template) => fillEndpoint(template, params));
  return { baseUrl, origins: [baseUrl, ...others].map((url) => new URL(url).origin) };
}
