import * as z from "zod";
import { ConfigurationError, ValidationError } from "../errors.js";
import type { ParamValues } from "../ports/auth-scheme.js";
import type { ConnectionRecord, IntegrationRecord } from "../ports/storage.js";
import type { Alias } from "./alias.js";
import { aliasTaken, connectionCalled } from "./alias.js";
import type { AppScheme } from "./app-registry.js";
import {
  aliasArgument,
  appArgument,
  authSchemeArgument,
  idArgument,
  labelsArgument,
  scopesArgument,
  valuesArgument,
} from "./arguments.js";
import type { Attempt } from "./attempt.js";
import { attempt } from "./attempt.js";
import type { CoreContext } from "./context.js";
import { assertAvailable, assertEnabled, draftIntegration, storeIntegration } from "./integrations.js";
import { readParams, splitByOwner } from "./params.js";
import { checkRedirectUrl } from "./redirect-url.js";
import { connectionSpecs, integrationSpecs } from "./scheme-context.js";
import { assertScopes } from "./scopes.js";
import { resolveTarget } from "./target.js";
import { assertFitUrls } from "./url-params.js";

/** What `entity.initiateConnection()` takes. */
export const initiateSchema = z.strictObject({
  app: appArgument().optional(),
  integrationId: idArgument().optional(),
  authScheme: authSchemeArgument().optional(),
  authConfig: valuesArgument().default({}),
  connectionParams: valuesArgument().default({}),
  useManagedAuth: z.boolean().optional(),
  forceNewIntegration: z.boolean().default(false),
  redirectUrl: z.string().min(1).optional(),
  labels: labelsArgument().default([]),
  alias: aliasArgument().optional(),
  isDefault: z.boolean().default(false),
  scopes: scopesArgument().optional(),
});
/** The checked argument of `entity.initiateConnection()`. */
export type InitiateArguments = z.output<typeof initiateSchema>;

/** The user's values from both arguments: the seed passes them in `authConfig`, the expected-params list says whose they are. */
export function userValues(
  context: CoreContext,
  appScheme: AppScheme,
  given: {
    readonly authConfig: Readonly<Record<string, unknown>>;
    readonly connectionParams: Readonly<Record<string, unknown>>;
  },
): { readonly values: ParamValues; readonly authConfig: Readonly<Record<string, unknown>> } {
  const specs = connectionSpecs(appScheme);
  const { user, developer } = splitByOwner(given.authConfig, specs, integrationSpecs(context, appScheme));
  const moved =
    Object.keys(user).length === 0
      ? null
      : readParams({
          specs: specs.map((spec) => ({ ...spec, required: false, default: null })),
          input: user,
          path: "authConfig",
        });
  const input = { ...given.connectionParams };
  for (const [name, value] of Object.entries(moved ?? {})) {
    const spec = specs.find((candidate) => candidate.name === name);
    const spelling = [name, ...(spec?.aliases ?? [])].find((key) => Object.hasOwn(input, key));
    if (spelling !== undefined && input[spelling] !== value) {
      throw new ConfigurationError(
        "CONFIG_INVALID",
        `\`${name}\` is given in \`authConfig\` and in \`connectionParams\`, with different values.`,
        {
          issues: [
            { path: `authConfig.${name}`, message: "the user's field: belongs in `connectionParams`" },
          ],
          hint: "Keep `connectionParams` only.",
        },
      );
    }
    if (spelling === undefined) input[name] = value;
  }
  const values = readParams({ specs, input, path: "connectionParams" });
  assertFitUrls(appScheme, specs, values);
  return { values, authConfig: developer };
}

/** A waiting or dead connection with the wanted alias gives way to the new attempt; a working one does not. */
async function rowWithAlias(context: CoreContext, named: Alias): Promise<ConnectionRecord | null> {
  const existing = await connectionCalled(context, named);
  if (existing === null || (existing.credentials === null && existing.status !== "REVOKED")) return existing;
  throw aliasTaken(existing);
}

/**
 * Starts a connection for an entity. Everything is checked before anything is stored.
 *
 * @throws ValidationError, ConfigurationError, NoItemsFoundError, ConnectionStateError
 */
export async function initiateConnection(
  context: CoreContext,
  entityId: string,
  options: InitiateArguments,
): Promise<Attempt> {
  const target = await resolveTarget(context, options);
  const { appScheme } = target;
  const { values, authConfig } = userValues(context, appScheme, options);
  const redirectUrl = checkRedirectUrl(context, options.redirectUrl ?? null);
  assertScopes(appScheme, { scopes: options.scopes });
  const replaced = await rowWithAlias(context, {
    entityId,
    app: appScheme.app.slug,
    alias: options.alias ?? null,
  });
  const ensure = {
    appScheme,
    authConfig,
    useManagedAuth: options.useManagedAuth ?? null,
    forceNewIntegration: options.forceNewIntegration,
  };
  if (target.integration === null) await assertAvailable(context, ensure);
  else assertSameConfig(authConfig, target.integration);
  const draft =
    target.integration === null
      ? await draftIntegration(context, ensure)
      : { record: target.integration, isStored: true };
  assertEnabled(draft.record);
  return attempt(context, {
    entityId,
    integration: draft.record,
    storeIntegration: () => storeIntegration(context, draft, ensure),
    values,
    scopes: options.scopes ?? null,
    redirectUrl,
    onto: replaced,
    marks: { labels: options.labels, alias: options.alias ?? null, isDefault: options.isDefault },
  });
}

function assertSameConfig(
  authConfig: Readonly<Record<string, unknown>>,
  integration: IntegrationRecord,
): void {
  const [given] = Object.keys(authConfig);
  if (given === undefined) return;
  throw new ValidationError("`authConfig` cannot be given together with `integrationId`.", {
    issues: [{ path: `authConfig.${given}`, message: `integration ${integration.id} has its own` }],
    hint: "Change the integration with `integration.update({ authConfig })`.",
  });
}
