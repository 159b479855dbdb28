import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import type { AuthScheme } from "../ports/auth-scheme.js";
import type { NoAuthSettings } from "../ports/scheme-settings/no-auth.js";
import { noAuthSettings } from "../ports/scheme-settings/no-auth.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";

const credentialsSchema = lazy(() => z.strictObject({}));
/** What a NO_AUTH connection keeps: nothing. */
export type NoAuthCredentials = z.output<ReturnType<typeof credentialsSchema>>;

/**
 * No authentication: requests go out as the caller made them, with or without a connection.
 *
 * @example
 * ```ts
 * const app = defineApp({ ...rest, authSchemes: [{ scheme: "NO_AUTH" }] });
 * ```
 */
export function noAuth(): AuthScheme<NoAuthSettings, NoAuthCredentials> {
  return {
    name: "NO_AUTH",
    parseSettings: (settings) => parseSettings(noAuthSettings(), "NO_AUTH", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "NO_AUTH", credentials),
    integrationParams: () => [],
    connectionParams: () => [],
    start: async () => ({ kind: "complete", grant: { credentials: {} } }),
    anonymous: () => ({}),
    secrets: () => [],
    apply: (request) => request,
  };
}
