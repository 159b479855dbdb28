import { ConfigurationError, ConnectionStateError, ValidationError } from "../errors.js";
import type { TenantsRequest } from "../ports/follow-up.js";
import type { RequestFunction } from "../ports/request.js";
import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import { idArgument, readArgument } from "./arguments.js";
import type { CoreContext } from "./context.js";
import { changeRowDurably, sealGrant } from "./grants.js";
import { openRow } from "./opened-row.js";
import type { Tenant } from "./tenants.js";
import { listTenants } from "./tenants.js";

/** How often a change is tried again when a refresh came in between. */
const MAX_TRIES = 5;

/** @throws ConfigurationError `CONFIG_INVALID` when the app has none */
function tenantsOf(context: CoreContext, slug: string): TenantsRequest {
  const { tenants, name } = context.apps.get(slug);
  if (tenants !== null) return tenants;
  throw new ConfigurationError("CONFIG_INVALID", `A grant of ${name} reaches one tenant only.`, {
    issues: [{ path: "tenants", message: "missing in the app definition" }],
    hint: "Say in `defineApp({ tenants })` where the provider lists them.",
  });
}

/**
 * The tenants a connection's grant reaches.
 *
 * @throws ConfigurationError when the app has none; RequestError
 */
export function getTenants(
  context: CoreContext,
  app: string,
  request: RequestFunction,
): Promise<readonly Tenant[]> {
  return listTenants(request, tenantsOf(context, app));
}

/**
 * Makes a connection use another of its tenants.
 *
 * @throws ValidationError when the grant does not reach it; ConfigurationError when the app has none; RequestError
 * @throws ConnectionStateError when the connection is not ACTIVE, or changed by others all the time
 */
export async function useTenant(
  context: CoreContext,
  key: ConnectionKey,
  options: { readonly app: string; readonly id: unknown; readonly request: RequestFunction },
): Promise<ConnectionRecord> {
  const id = readArgument(idArgument(), options.id, "id");
  const tenants = tenantsOf(context, options.app);
  if (!(await listTenants(options.request, tenants)).some((tenant) => tenant.id === id)) {
    throw new ValidationError("The connection's grant does not reach this tenant.", {
      issues: [{ path: "id", message: "expected the id of one of `connection.getTenants()`" }],
    });
  }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const { row, grant } = await openRow(context, key);
    const { app, authScheme, version } = row.connection;
    const params = { ...row.connection.params, [tenants.param]: id };
    const { credentials } = grant;
    // Sealed anew, since where credentials go is sealed with them.
    const fields = await sealGrant(context, { key, app, authScheme, params, grant: { credentials } });
    const { connection } = await changeRowDurably(context, key, (current) =>
      current.version === version ? fields : null,
    );
    context.opened.forget(key.id);
    if (connection.version !== version && connection.params[tenants.param] === id) return connection;
  }
  throw new ConnectionStateError(
    "CONNECTION_CONFLICT",
    `Connection ${key.id} is being changed by others all the time.`,
    {
      retryable: true,
    },
  );
}
