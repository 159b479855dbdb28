import { ConfigurationError, ValidationError } from "../errors.js";
import type { IntegrationRecord } from "../ports/storage.js";
import type { AppScheme } from "./app-registry.js";
import type { CoreContext } from "./context.js";
import { listIntegrations, readIntegration } from "./integration-rows.js";

/** What a call is about. */
export interface Target {
  readonly appScheme: AppScheme;
  /** The integration named by its id; null when one is to be found or made. */
  readonly integration: IntegrationRecord | null;
}

/**
 * The scheme to use when the call does not say: the first in the app's order that has an enabled integration, else the
 * app's first. That some user brought a key of their own does not change what the others are asked for.
 */
export async function preferredScheme(context: CoreContext, app: string): Promise<AppScheme> {
  const offered = context.apps.schemes(app);
  const integrations = await listIntegrations(context, { app, enabled: true });
  const configured = new Set(integrations.map(({ authScheme }) => authScheme));
  const chosen = offered.find(({ scheme }) => configured.has(scheme.name)) ?? offered[0];
  if (chosen !== undefined) return chosen;
  throw new ConfigurationError("SCHEME_UNSUPPORTED", `App "${app}" offers no auth scheme.`);
}

function mismatch(path: string, expected: string): ValidationError {
  return new ValidationError(`\`${path}\` does not fit the integration.`, {
    issues: [{ path, message: `the integration is for ${expected}` }],
    hint: "Leave it out, or name another integration.",
  });
}

/** Which app and scheme a call means, by integration or by name. */
export async function resolveTarget(
  context: CoreContext,
  options: {
    readonly app?: string | undefined;
    readonly integrationId?: string | undefined;
    readonly authScheme?: string | undefined;
  },
): Promise<Target> {
  const { app, integrationId, authScheme } = options;
  if (integrationId !== undefined) {
    const integration = await readIntegration(context, integrationId);
    if (app !== undefined && app !== integration.app) throw mismatch("app", integration.app);
    if (authScheme !== undefined && authScheme !== integration.authScheme)
      throw mismatch("authScheme", integration.authScheme);
    return { appScheme: context.apps.scheme(integration.app, integration.authScheme), integration };
  }
  if (app === undefined) {
    throw new ValidationError("Say which app is meant.", {
      issues: [{ path: "app", message: "required unless `integrationId` is given" }],
    });
  }
  const appScheme =
    authScheme === undefined ? await preferredScheme(context, app) : context.apps.scheme(app, authScheme);
  return { appScheme, integration: null };
}
