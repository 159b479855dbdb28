import * as z from "zod";
import type { IntegrationRecord } from "../ports/storage.js";
import { appArgument, authSchemeArgument, readArguments, valuesArgument } from "./arguments.js";
import type { CoreContext } from "./context.js";
import { ensureIntegration } from "./integrations.js";
import { resolveTarget } from "./target.js";

const schema = z.strictObject({
  app: appArgument(),
  authScheme: authSchemeArgument().optional(),
  authConfig: valuesArgument().default({}),
  useManagedAuth: z.boolean().optional(),
  forceNewIntegration: z.boolean().default(false),
});

/** Checks the arguments of `toolset.createIntegration()`, and finds what they ask for or makes it. */
export async function createIntegration(context: CoreContext, options: unknown): Promise<IntegrationRecord> {
  const given = readArguments(schema, options, "toolset.createIntegration()");
  const { appScheme } = await resolveTarget(context, given);
  const { authConfig, useManagedAuth = null, forceNewIntegration } = given;
  return ensureIntegration(context, { appScheme, authConfig, useManagedAuth, forceNewIntegration });
}
