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
export function integrationValues(
  context: CoreContext,
  integration: IntegrationRecord,
): ParamValues | Promise<ParamValues> {
  return context.opened.values(integration, (stored) => {
    const managed = integration.useManagedAuth ? context.managedAuth.get(integration.app) : {};
    if (managed === undefined) throw managedAppMissing(integration);
    const values: Record<string, string> = { ...managed, ...stored };
    const specs = integrationSpecs(context, context.apps.scheme(integration.app, integration.authScheme));
    for (const { name, default: fallback } of specs) {
      if (fallback !== null && (values[name] ?? "") === "") values[name] = fallback;
    }
    return values;
  });
}

function managedAppMissing({ id, app }: IntegrationRecord): ConfigurationError {
  return new ConfigurationError("CONFIG_INVALID", `Integration ${id} uses the managed app of "${app}".`, {
    issues: [{ path: `managedAuth.${app}`, message: "missing" }],
    hint: "Pass it in `managedAuth`, or give the integration credentials of its own with `integration.update()`.",
  });
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
