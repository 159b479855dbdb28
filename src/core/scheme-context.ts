import { ConfigurationError } from "../errors.js";
import { appConnectionParams } from "../ports/app.js";
import type { ParamSpec, ParamValues, SchemeContext } from "../ports/auth-scheme.js";
import type { IntegrationRecord } from "../ports/storage.js";
import type { AppScheme } from "./app-registry.js";
import type { ConnectionRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";

/** The fields the developer fills in for one scheme of an app. */
export function integrationSpecs(
  context: CoreContext,
  { app, scheme, settings }: AppScheme,
): readonly ParamSpec[] {
  return scheme.integrationParams(app, settings, { callbackUrl: context.callbackUrl });
}

/** The fields the user fills in for one scheme of an app. */
export function connectionSpecs({ app, scheme, settings }: AppScheme): readonly ParamSpec[] {
  return [...scheme.connectionParams(app, settings), ...appConnectionParams(app)];
}

/**
 * The developer's values of an integration, the host's managed app and defaults included.
 *
 * @throws ConfigurationError when the integration counts on a managed app the host no longer configures
 */
export async function integrationValues(
  context: CoreContext,
  integration: IntegrationRecord,
): Promise<ParamValues> {
  const stored = await context.opened.config(integration);
  const specs = integrationSpecs(context, context.apps.scheme(integration.app, integration.authScheme));
  const managed = integration.useManagedAuth ? context.managedAuth.get(integration.app) : {};
  if (managed === undefined) {
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `Integration ${integration.id} uses the managed app of "${integration.app}".`,
      {
        issues: [{ path: `managedAuth.${integration.app}`, message: "missing" }],
        hint: "Pass it in `managedAuth`, or give the integration credentials of its own with `integration.update()`.",
      },
    );
  }
  const values: Record<string, string> = { ...managed, ...stored };
  for (const { name, default: fallback } of specs) {
    if (fallback !== null && (values[name] ?? "") === "") values[name] = fallback;
  }
  return values;
}

/** What a scheme is told about a stored connection. */
export async function schemeContext(
  context: CoreContext,
  row: ConnectionRow,
  signal: AbortSignal | undefined,
): Promise<SchemeContext<unknown>> {
  const { app, settings } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  const config = await integrationValues(context, row.integration);
  return { app, settings, config, params: row.connection.params, runtime: context.runtime, signal };
}
