import * as z from "zod";
import { ConfigurationError } from "../errors.js";
import type { ParamValues } from "../ports/auth-scheme.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import { readArguments, scopesArgument, valuesArgument } from "./arguments.js";
import type { Attempt } from "./attempt.js";
import { attempt } from "./attempt.js";
import type { ConnectionRow } from "./connection-rows.js";
import { assertIntegrationEnabled, readRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import { readParams, splitList } from "./params.js";
import { checkRedirectUrl } from "./redirect-url.js";
import { connectionSpecs, integrationValues } from "./scheme-context.js";
import { assertScopes, hasScopes } from "./scopes.js";
import { assertFitUrls } from "./url-params.js";

const reconnectSchema = z.strictObject({
  scopes: scopesArgument().optional(),
  keepGranted: z.boolean().optional(),
  redirectUrl: z.string().min(1).optional(),
  connectionParams: valuesArgument().default({}),
});

/**
 * The user's values for another attempt: what is given now, and what is stored of the values that are not secret.
 *
 * @throws ValidationError naming each wrong field
 */
function retryValues(
  context: CoreContext,
  connection: ConnectionRecord,
  given: Readonly<Record<string, unknown>>,
): ParamValues {
  const appScheme = context.apps.scheme(connection.app, connection.authScheme);
  const specs = connectionSpecs(appScheme).map((spec) => ({
    ...spec,
    default: spec.secret ? spec.default : (connection.params[spec.name] ?? spec.default),
  }));
  const values = readParams({ specs, input: given, path: "connectionParams" });
  assertFitUrls(appScheme, specs, values);
  return values;
}

/**
 * What to ask for: a provider may replace the grant by one of just the scopes it is asked for, so those there are go
 * along (RFC 6749 §3.3 knows no asking for more), unless that is what is wanted. Null for the integration's.
 */
async function scopesFor(
  context: CoreContext,
  { connection, integration }: ConnectionRow,
  { scopes: given, keepGranted = true }: Pick<z.output<typeof reconnectSchema>, "scopes" | "keepGranted">,
): Promise<readonly string[] | null> {
  if (!keepGranted) return given ?? null;
  if (given === undefined && connection.scopes.length === 0) return null;
  const usual = splitList((await integrationValues(context, integration))["scopes"]);
  const granted = connection.scopes.length === 0 ? usual : connection.scopes;
  return [...new Set([...granted, ...(given ?? usual)])];
}

/**
 * Checks the arguments of `connection.reconnect()` and starts another attempt on the same connection.
 *
 * @throws ValidationError, ConfigurationError
 * @throws ConnectionStateError `INTEGRATION_DISABLED`
 */
export async function reconnect(
  context: CoreContext,
  key: ConnectionKey,
  options: unknown,
): Promise<Attempt> {
  const given = readArguments(reconnectSchema, options, "connection.reconnect()");
  const redirectUrl = checkRedirectUrl(context, given.redirectUrl ?? null);
  const row = await readRow(context, key);
  assertIntegrationEnabled(row);
  const { connection, integration } = row;
  const { scheme, settings } = context.apps.scheme(connection.app, connection.authScheme);
  assertScopes({ scheme, settings }, given);
  return attempt(context, {
    entityId: connection.entityId,
    integration,
    values: retryValues(context, connection, given.connectionParams),
    scopes: hasScopes({ scheme, settings }) ? await scopesFor(context, row, given) : null,
    redirectUrl,
    onto: connection,
    marks: null,
  });
}

/**
 * Replaces a connection's credentials by what the user gives now.
 *
 * @throws ConfigurationError for schemes that go through the browser
 * @throws ValidationError naming each wrong field
 * @throws ConnectionStateError `INTEGRATION_DISABLED`
 */
export async function replaceCredentials(
  context: CoreContext,
  key: ConnectionKey,
  given: Readonly<Record<string, unknown>>,
): Promise<ConnectionRecord> {
  const row = await readRow(context, key);
  const { connection, integration } = row;
  const { scheme, settings } = context.apps.scheme(connection.app, connection.authScheme);
  if (interactionOf(scheme, settings) !== "none") {
    throw new ConfigurationError(
      "SCHEME_UNSUPPORTED",
      `${scheme.name} credentials come from the provider, not from the user.`,
      {
        issues: [{ path: "connectionParams", message: "only for schemes without a browser flow" }],
        hint: "Call `connection.reconnect()`.",
      },
    );
  }
  assertIntegrationEnabled(row);
  const replaced = await attempt(context, {
    entityId: connection.entityId,
    integration,
    values: retryValues(context, connection, given),
    scopes: null,
    redirectUrl: null,
    onto: connection,
    marks: null,
  });
  return replaced.connection;
}
