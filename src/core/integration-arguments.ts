import * as z from "zod";
import { appArgument, authSchemeArgument, valuesArgument } from "./arguments.js";

/** What `toolset.createIntegration()` takes. */
export const createIntegrationSchema = z.strictObject({
  app: appArgument,
  authScheme: authSchemeArgument.optional(),
  authConfig: valuesArgument.default({}),
  useManagedAuth: z.boolean().optional(),
  forceNewIntegration: z.boolean().default(false),
});

/** What `toolset.getIntegrations()` takes. */
export const listIntegrationsSchema = z.strictObject({
  app: appArgument.optional(),
  authScheme: authSchemeArgument.optional(),
  includeDisabled: z.boolean().default(false),
});
