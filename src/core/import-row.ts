import * as z from "zod";
import { ValidationError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { Grant } from "../ports/auth-scheme.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { ConnectionKey, ConnectionRecord, IntegrationRecord } from "../ports/storage.js";
import type { AppScheme } from "./app-registry.js";
import {
  aliasArgument,
  appArgument,
  authSchemeArgument,
  idArgument,
  labelsArgument,
  scopesArgument,
  storableText,
} from "./arguments.js";
import type { CoreContext } from "./context.js";
import { startFlow } from "./flow-start.js";
import { sealGrant } from "./grants.js";
import { readParams } from "./params.js";
import { connectionSpecs } from "./scheme-context.js";

const MAX_TIME = Date.UTC(3000, 0, 1);
const text = lazy(() => storableText().max(512));
const account = lazy(() =>
  z.strictObject({ id: text(), email: text().nullable(), label: text().nullable() }),
);

/** One row of an import, checked as far as that can be done without its integration. */
export const importRow = lazy(() =>
  z.object({
    entityId: idArgument(),
    integrationId: idArgument().optional(),
    app: appArgument().optional(),
    authScheme: authSchemeArgument().optional(),
    credentials: z.record(z.string(), z.unknown()).nullable(),
    params: z.record(storableText(), storableText()).default({}),
    id: idArgument().optional(),
    status: z.enum(["ACTIVE", "INACTIVE", "EXPIRED", "REVOKED", "FAILED"]).default("ACTIVE"),
    statusReason: storableText().nullable().default(null),
    alias: aliasArgument().nullable().default(null),
    labels: labelsArgument().default([]),
    isDefault: z.boolean().default(false),
    account: account().nullable().default(null),
    scopes: scopesArgument().default([]),
    createdAt: z
      .union([z.date(), z.iso.datetime({ offset: true }).transform((iso) => new Date(iso))])
      .refine((date) => date.getTime() >= 0 && date.getTime() < MAX_TIME, "expected a time from 1970 to 2999")
      .optional(),
  }),
);
/** A row of an import. */
export type ImportRow = z.output<ReturnType<typeof importRow>>;

type Fields = Omit<
  ConnectionRecord,
  | "id"
  | "entityId"
  | "integrationId"
  | "app"
  | "authScheme"
  | "attempt"
  | "version"
  | "createdAt"
  | "updatedAt"
>;

function wrong(path: string, message: string): ValidationError {
  return new ValidationError(`The connection cannot be imported: ${path}: ${message}.`, {
    issues: [{ path, message }],
  });
}

/** The app's own fields, checked; what the provider said when connecting is kept as it is. */
function checkedParams(appScheme: AppScheme, params: ImportRow["params"]): Readonly<Record<string, string>> {
  const all = connectionSpecs(appScheme);
  for (const { name, aliases, secret } of all) {
    const given = secret ? [name, ...aliases].find((each) => Object.hasOwn(params, each)) : undefined;
    if (given !== undefined) throw wrong(`params.${given}`, "is a secret: give it in `credentials`");
  }
  const specs = all.filter(({ secret }) => !secret);
  const names = new Set(specs.flatMap(({ name, aliases }) => [name, ...aliases]));
  const asked = Object.fromEntries(Object.entries(params).filter(([name]) => names.has(name)));
  return { ...params, ...readParams({ specs, input: asked, path: "params" }) };
}

/** What the scheme keeps for these credentials. @throws ValidationError */
async function grantOf(
  context: CoreContext,
  row: ImportRow & { readonly credentials: NonNullable<ImportRow["credentials"]> },
  integration: IntegrationRecord,
  key: ConnectionKey,
): Promise<Pick<Grant<unknown>, "credentials"> & { readonly params: Readonly<Record<string, string>> }> {
  const appScheme = context.apps.scheme(integration.app, integration.authScheme);
  const { scheme, settings } = appScheme;
  const params = checkedParams(appScheme, row.params);
  // A scheme that neither renews nor goes through the browser takes its credentials from the user as they are.
  if (interactionOf(scheme, settings) === "none" && scheme.refresh === undefined) {
    const specs = connectionSpecs(appScheme).filter(({ secret }) => secret);
    const secrets = readParams({ specs, input: row.credentials, path: "credentials" });
    const values = { ...params, ...secrets };
    const started = await startFlow(context, { key, integration, values, scopes: null, redirectUrl: null });
    if (started.kind === "complete") return { credentials: started.grant.credentials, params };
  }
  try {
    const read = scheme.importCredentials ?? scheme.parseCredentials;
    return { credentials: read(row.credentials), params };
  } catch (error) {
    // Only `importCredentials` promises that its message holds no value.
    const isSafe = scheme.importCredentials !== undefined && error instanceof TypeError;
    throw wrong("credentials", isSafe ? error.message : `these are not credentials of ${scheme.name}`);
  }
}

/**
 * What an imported row becomes: its credentials sealed for the row it will be.
 *
 * @throws ValidationError naming the field that is wrong, never its value
 */
export async function importedFields(
  context: CoreContext,
  row: ImportRow,
  integration: IntegrationRecord,
  key: ConnectionKey,
): Promise<Fields> {
  const { status, statusReason, alias, labels, isDefault, account: whose, scopes, credentials } = row;
  const shared = { status, statusReason, alias, labels, isDefault, account: whose, scopes };
  if (credentials === null) {
    if (status === "ACTIVE" || status === "INACTIVE") {
      throw wrong("credentials", `required for a connection that is ${status}`);
    }
    return { ...shared, params: row.params, credentials: null, expiresAt: null };
  }
  const grant = await grantOf(context, { ...row, credentials }, integration, key);
  const { app, authScheme } = integration;
  return { ...shared, ...(await sealGrant(context, { key, app, authScheme, params: grant.params, grant })) };
}
