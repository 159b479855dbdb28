import { CipherError } from "../errors.js";
import type { ParamValues } from "../ports/auth-scheme.js";
import type { IntegrationRecord } from "../ports/storage.js";
import type { CoreContext } from "./context.js";
import { checkConfig, sealConfig } from "./integrations.js";

/**
 * The developer's values with some replaced, checked and sealed.
 *
 * @throws ValidationError naming each wrong field under `authConfig`
 */
export async function updateConfig(
  context: CoreContext,
  current: IntegrationRecord,
  authConfig: Readonly<Record<string, unknown>>,
): Promise<Pick<IntegrationRecord, "config" | "useManagedAuth">> {
  const stored = await storedOrNothing(context, current);
  const appScheme = context.apps.scheme(current.app, current.authScheme);
  const managed = current.useManagedAuth && !Object.hasOwn(authConfig, "client_id");
  const values = await checkConfig(context, { appScheme, authConfig: { ...stored, ...authConfig }, managed });
  return { config: await sealConfig(context, current.id, values), useManagedAuth: managed };
}

/** Values whose key is lost are replaced like any other: whatever is required must be given then. */
async function storedOrNothing(context: CoreContext, current: IntegrationRecord): Promise<ParamValues> {
  try {
    return await context.opened.config(current);
  } catch (error) {
    if (error instanceof CipherError) return {};
    throw error;
  }
}
