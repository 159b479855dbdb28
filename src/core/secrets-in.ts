import type { AnyAuthScheme, SchemeContext } from "../ports/auth-scheme.js";

/**
 * Every secret a request may carry, for redaction: those of the connection, and those of the integration, which some
 * schemes send along with each request.
 */
export function secretsIn(
  scheme: AnyAuthScheme,
  { app, settings, config }: SchemeContext<unknown>,
  credentials: unknown,
): readonly string[] {
  const specs = scheme.integrationParams(app, settings, { callbackUrl: null });
  const own = specs.flatMap(({ name, secret }) => (secret ? [config[name] ?? ""] : [])).filter(Boolean);
  return [...new Set([...scheme.secrets(credentials), ...own])];
}
