import type { ConnectionRecord, IntegrationRecord } from "../ports/storage.js";
import type { AppScheme } from "./app-registry.js";
import { readArguments } from "./arguments.js";
import type { Attempt } from "./attempt.js";
import { attempt } from "./attempt.js";
import { listRows } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import type { InitiateArguments } from "./initiate.js";
import { initiateConnection, initiateSchema, userValues } from "./initiate.js";
import { readIntegration } from "./integration-rows.js";
import { assertEnabled, draftIntegration } from "./integrations.js";
import { checkRedirectUrl } from "./redirect-url.js";
import { selectConnection } from "./select-connection.js";
import { resolveTarget } from "./target.js";

/** A connection that is ACTIVE already, or an attempt to make one. */
export type Ensured =
  | { readonly kind: "connected"; readonly connection: ConnectionRecord }
  | { readonly kind: "started"; readonly attempt: Attempt };

/** Checks the arguments of `entity.initiateConnection()` and starts the connection. */
export async function startConnection(
  context: CoreContext,
  entityId: string,
  options: unknown,
): Promise<Attempt> {
  const given = readArguments(initiateSchema, options, "entity.initiateConnection()");
  return initiateConnection(context, entityId, given);
}

/** @throws ConfigurationError `INTEGRATION_CONFLICT` when it has other values than those given */
async function sharedIntegration(
  context: CoreContext,
  appScheme: AppScheme,
  authConfig: Readonly<Record<string, unknown>>,
  { useManagedAuth = null }: { readonly useManagedAuth?: boolean | null | undefined },
): Promise<IntegrationRecord> {
  const wanted = { appScheme, authConfig, useManagedAuth, forceNewIntegration: false };
  return (await draftIntegration(context, wanted)).record;
}

/**
 * Starts anew what the entity has through the same integration and does not work: a connection that has expired, which
 * keeps its id and its marks, else one that still waits for the user. Null when there is none.
 */
async function restartUnfinished(
  context: CoreContext,
  entityId: string,
  given: InitiateArguments,
): Promise<Attempt | null> {
  const { appScheme, integration: named } = await resolveTarget(context, given);
  const { app, scheme } = appScheme;
  const rows = await listRows(context, { entityId, app: app.slug });
  const unfinished = rows.filter(
    ({ status, authScheme, alias }) =>
      authScheme === scheme.name &&
      (status === "EXPIRED" || status === "INITIATED") &&
      alias === (given.alias ?? (status === "EXPIRED" ? alias : null)),
  );
  if (unfinished.length === 0) return null;
  const { values, authConfig } = userValues(context, appScheme, given);
  const integration = named ?? (await sharedIntegration(context, appScheme, authConfig, given));
  const fitting = unfinished.filter(({ integrationId }) => integrationId === integration.id);
  const onto = fitting.find(({ status }) => status === "EXPIRED") ?? fitting[0];
  if (onto === undefined || (named !== null && Object.keys(authConfig).length > 0)) return null;
  assertEnabled(integration);
  const { labels, isDefault, alias = null } = given;
  return attempt(context, {
    entityId,
    integration,
    values,
    scopes: given.scopes ?? null,
    redirectUrl: checkRedirectUrl(context, given.redirectUrl ?? null),
    onto,
    marks: onto.status === "EXPIRED" ? null : { labels, alias, isDefault },
  });
}

/** Checks the arguments of `entity.ensureConnected()`, and finds what they ask for or starts it. */
export async function ensureConnection(
  context: CoreContext,
  entityId: string,
  options: unknown,
): Promise<Ensured> {
  const given = readArguments(initiateSchema, options, "entity.ensureConnected()");
  const { alias, integrationId, authScheme } = given;
  const named = integrationId === undefined ? null : await readIntegration(context, integrationId);
  const app = given.app ?? named?.app;
  const choice = { entityId, app, alias, integrationId, authScheme, strict: false };
  const existing = await selectConnection(context, choice);
  if (existing?.status === "ACTIVE") return { kind: "connected", connection: existing };
  const restarted = given.forceNewIntegration ? null : await restartUnfinished(context, entityId, given);
  return { kind: "started", attempt: restarted ?? (await initiateConnection(context, entityId, given)) };
}
