import * as z from "zod";
import { appArgument, authSchemeArgument } from "./arguments.js";

/** What `toolset.getIntegrations()` takes. */
export const listIntegrationsSchema = z.strictObject({
  app: appArgument.optional(),
  authScheme: authSchemeArgument.optional(),
  includeDisabled: z.boolean().default(false),
});
