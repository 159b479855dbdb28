import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import type { ExpectedParam } from "../ports/tool.js";
import { appArgument, authSchemeArgument, idArgument } from "./arguments.js";
import type { CoreContext } from "./context.js";
import { listIntegrations } from "./integration-rows.js";
import { toExpectedParam } from "./params.js";
import { connectionSpecs, integrationSpecs } from "./scheme-context.js";
import { resolveTarget } from "./target.js";

/** What `toolset.fetchExpectedIntegrationParams()` takes. */
export const integrationParamsSchema = lazy(() =>
  z.strictObject({
    app: appArgument(),
    authScheme: authSchemeArgument().optional(),
  }),
);

/** What `toolset.getExpectedParamsForUser()` takes. */
export const userParamsSchema = lazy(() =>
  z.strictObject({
    app: appArgument().optional(),
    integrationId: idArgument().optional(),
    authScheme: authSchemeArgument().optional(),
  }),
);

/** What a user must give to connect, and with which integration and scheme that is. */
export interface ExpectedParamsForUser {
  /** The integration that would be used; null when there is none yet. */
  readonly integrationId: string | null;
  readonly authScheme: string;
  readonly expectedParams: readonly ExpectedParam[];
}

/** The fields a developer fills in; the app's preferred scheme unless one is named. */
export function expectedIntegrationParams(
  context: CoreContext,
  { app, authScheme }: z.output<ReturnType<typeof integrationParamsSchema>>,
): readonly ExpectedParam[] {
  const [preferred] = context.apps.schemes(app);
  const appScheme =
    authScheme === undefined && preferred !== undefined
      ? preferred
      : context.apps.scheme(app, authScheme ?? "");
  return integrationSpecs(context, appScheme).map((spec) => toExpectedParam(spec, false));
}

/** The fields a user fills in. Creates nothing. */
export async function expectedParamsForUser(
  context: CoreContext,
  options: z.output<ReturnType<typeof userParamsSchema>>,
): Promise<ExpectedParamsForUser> {
  const { appScheme, integration } = await resolveTarget(context, options);
  const { app, scheme } = appScheme;
  const [found] =
    integration === null
      ? await listIntegrations(context, { app: app.slug, authScheme: scheme.name, enabled: true })
      : [integration];
  return {
    integrationId: found?.id ?? null,
    authScheme: scheme.name,
    expectedParams: connectionSpecs(appScheme).map((spec) => toExpectedParam(spec, true)),
  };
}
