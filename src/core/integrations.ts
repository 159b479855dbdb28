import { ConfigurationError, ConnectionStateError, StorageError } from "../errors.js";
import type { ParamSpec, ParamValues } from "../ports/auth-scheme.js";
import type { IntegrationRecord } from "../ports/storage.js";
import type { AppScheme } from "./app-registry.js";
import type { CoreContext } from "./context.js";
import { listIntegrations } from "./integration-rows.js";
import { readParams } from "./params.js";
import { integrationSpecs, integrationValues } from "./scheme-context.js";

/** What an integration is to be made of. */
export interface EnsureIntegrationOptions {
  readonly appScheme: AppScheme;
  /** The developer's values as given; unchecked. */
  readonly authConfig: Readonly<Record<string, unknown>>;
  /** Whether to use the host's managed app; null to decide by what is there. */
  readonly useManagedAuth: boolean | null;
  readonly forceNewIntegration: boolean;
}

const requiredOf = (specs: readonly ParamSpec[]) =>
  specs.filter((spec) => spec.required && spec.default === null);

/** Whether the host's managed app is used, given what was asked for and what is there. */
function decideManaged(
  context: CoreContext,
  options: EnsureIntegrationOptions,
  specs: readonly ParamSpec[],
): boolean {
  const { app } = options.appScheme;
  const managed = context.managedAuth.get(app.slug) ?? {};
  const required = requiredOf(specs);
  // Where nothing must be given, the managed app still saves a client from being registered.
  const offered = specs.filter((spec) => spec.default === null && Object.hasOwn(managed, spec.name));
  const wanted = required.length > 0 ? required : offered;
  if (wanted.length === 0 || options.useManagedAuth === false) return false;
  const given = wanted.some(({ name }) => Object.hasOwn(options.authConfig, name));
  const registered = context.managedAuth.has(app.slug);
  if (given || (!registered && options.useManagedAuth === null)) return false;
  // `useManagedAuth: true` is the seed's default: without a managed app, an existing integration may still serve.
  return registered;
}

/** The newest integration that calls without `forceNewIntegration` share. */
async function findShared(
  context: CoreContext,
  { app, scheme }: AppScheme,
): Promise<IntegrationRecord | null> {
  const found = await listIntegrations(context, { app: app.slug, authScheme: scheme.name });
  return found.find(({ enabled }) => enabled) ?? found[0] ?? null;
}

/** A call that names other credentials than the integration it would share is a mistake, not a wish. */
async function assertSame(
  context: CoreContext,
  existing: IntegrationRecord,
  given: Readonly<Record<string, unknown>>,
  specs: readonly ParamSpec[],
): Promise<void> {
  if (Object.keys(given).length === 0) return;
  const stored = await integrationValues(context, existing);
  const optional = specs.map((spec) => ({ ...spec, required: false, default: null }));
  const values = readParams({ specs: optional, input: given, path: "authConfig" });
  const differing = Object.keys(values).filter((name) => stored[name] !== values[name]);
  if (differing.length === 0) return;
  throw new ConfigurationError(
    "INTEGRATION_CONFLICT",
    `There is an integration of "${existing.app}" with ${existing.authScheme} already (${existing.id}), with another ${differing.join(", ")}.`,
    {
      issues: differing.map((name) => ({
        path: `authConfig.${name}`,
        message: "differs from the stored value",
      })),
      hint: "Change it with `integration.update({ authConfig })`, or pass `forceNewIntegration: true` for one more.",
    },
  );
}

/** The values worth storing: what the developer said, not what is said anyway. */
function storedValues(specs: readonly ParamSpec[], values: ParamValues): ParamValues {
  const defaults = new Map(specs.map((spec) => [spec.name, spec.default]));
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => defaults.get(name) !== value));
}

/** Seals an integration's values; null when there are none. */
export async function sealConfig(
  context: CoreContext,
  id: string,
  values: ParamValues,
): Promise<string | null> {
  if (Object.keys(values).length === 0) return null;
  return context.vault.seal(values, { table: "integrations", id, entityId: null });
}

/**
 * Checks the developer's values for a scheme; those of the managed app fill the gaps when it is used.
 *
 * @throws ValidationError naming each field under `authConfig`
 * @throws ConfigurationError of the scheme, for a key that is none
 */
export async function checkConfig(
  context: CoreContext,
  options: {
    readonly appScheme: AppScheme;
    readonly authConfig: Readonly<Record<string, unknown>>;
    readonly managed: boolean;
  },
): Promise<ParamValues> {
  const { app, scheme, settings } = options.appScheme;
  const own = integrationSpecs(context, options.appScheme);
  const managed = options.managed ? (context.managedAuth.get(app.slug) ?? {}) : {};
  const specs = own.map((spec) => (Object.hasOwn(managed, spec.name) ? { ...spec, required: false } : spec));
  const values = readParams({ specs, input: options.authConfig, path: "authConfig" });
  await scheme.checkIntegration?.({ app, settings, config: { ...managed, ...values } });
  return storedValues(own, values);
}

/** The integration a call is about: one that is stored, or a new one that is yet to be. */
export interface IntegrationDraft {
  readonly record: IntegrationRecord;
  readonly isStored: boolean;
}

/** The developer's values, with what the provider gives where they left it out. */
async function registered(
  { callbackUrl, runtime }: CoreContext,
  { app, scheme, settings }: AppScheme,
  values: ParamValues,
): Promise<ParamValues> {
  if (scheme.register === undefined) return values;
  return {
    ...values,
    ...(await scheme.register({ app, settings, config: values, params: {}, runtime, callbackUrl })),
  };
}

async function draft(
  context: CoreContext,
  options: EnsureIntegrationOptions,
  managed: boolean,
): Promise<IntegrationRecord> {
  const { app, scheme } = options.appScheme;
  const checked = await checkConfig(context, { ...options, managed });
  const values = managed ? checked : await registered(context, options.appScheme, checked);
  const id = context.newId();
  const siblings = await listIntegrations(context, { app: app.slug });
  const now = context.runtime.clock.now();
  return {
    id,
    app: app.slug,
    authScheme: scheme.name,
    name: `${app.slug}_${siblings.length + 1}`,
    enabled: true,
    useManagedAuth: managed,
    reuseKey: options.forceNewIntegration ? null : `${app.slug} ${scheme.name}`,
    config: await sealConfig(context, id, values),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

/** The stored integration that serves a call; null when there is none, or one more is wanted. */
async function existingFor(
  context: CoreContext,
  options: EnsureIntegrationOptions,
): Promise<IntegrationRecord | null> {
  if (options.forceNewIntegration) return null;
  const existing = await findShared(context, options.appScheme);
  if (existing !== null) {
    await assertSame(context, existing, options.authConfig, integrationSpecs(context, options.appScheme));
  }
  return existing;
}

/**
 * The integration for an app and scheme: the existing one, else a new one; always a new one when forced. Stores nothing.
 *
 * @throws ConfigurationError `INTEGRATION_CONFLICT`
 * @throws ValidationError naming missing, unknown or malformed fields under `authConfig`
 */
export async function draftIntegration(
  context: CoreContext,
  options: EnsureIntegrationOptions,
): Promise<IntegrationDraft> {
  const existing = await existingFor(context, options);
  if (existing !== null) return { record: existing, isStored: true };
  const managed = decideManaged(context, options, integrationSpecs(context, options.appScheme));
  return { record: await draft(context, options, managed), isStored: false };
}

/**
 * Stores a drafted integration. Of two calls that make the shared one at once, the faster one's serves both.
 *
 * @throws ConfigurationError `INTEGRATION_CONFLICT` when the faster one's has other values
 */
export async function storeIntegration(
  context: CoreContext,
  { record, isStored }: IntegrationDraft,
  options: EnsureIntegrationOptions,
): Promise<IntegrationRecord> {
  if (isStored) return record;
  try {
    await context.storage.integrations.insert(record);
    return record;
  } catch (error) {
    const isTaken = error instanceof StorageError && error.code === "STORAGE_CONFLICT";
    const winner = isTaken ? await existingFor(context, options) : null;
    if (winner === null) throw error;
    return winner;
  }
}

/** {@link draftIntegration}, stored. */
export async function ensureIntegration(
  context: CoreContext,
  options: EnsureIntegrationOptions,
): Promise<IntegrationRecord> {
  return storeIntegration(context, await draftIntegration(context, options), options);
}

/**
 * What a connection needs of the developer: an integration, or all it takes to make one.
 *
 * @throws ConfigurationError `INTEGRATION_REQUIRED`
 */
export async function assertAvailable(
  context: CoreContext,
  options: EnsureIntegrationOptions,
): Promise<void> {
  const { app, scheme } = options.appScheme;
  const found = await listIntegrations(context, { app: app.slug, authScheme: scheme.name });
  if (found.length === 0 || options.forceNewIntegration) assertConfigurable(context, options);
}

function assertConfigurable(context: CoreContext, options: EnsureIntegrationOptions): void {
  const { app, scheme } = options.appScheme;
  const specs = integrationSpecs(context, options.appScheme);
  const missing = requiredOf(specs).filter(({ name }) => !Object.hasOwn(options.authConfig, name));
  if (missing.length === 0 || decideManaged(context, options, specs)) return;
  if (Object.keys(options.authConfig).length > 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  throw new ConfigurationError(
    "INTEGRATION_REQUIRED",
    `There is no integration of "${app.slug}" with ${scheme.name} yet.`,
    {
      issues: missing.map(({ name, description }) => ({
        path: `authConfig.${name}`,
        message: `required: ${description}`,
      })),
      hint: `Call \`toolset.createIntegration({ app: "${app.slug}", authScheme: "${scheme.name}", authConfig: { ${names} } })\` once.`,
    },
  );
}

/** @throws ConnectionStateError `INTEGRATION_DISABLED` */
export function assertEnabled(integration: IntegrationRecord): void {
  if (integration.enabled) return;
  throw new ConnectionStateError(
    "INTEGRATION_DISABLED",
    `Integration ${integration.id} of "${integration.app}" is disabled.`,
    {
      hint: "Call `integration.enable()`, or pass `forceNewIntegration: true`.",
    },
  );
}
