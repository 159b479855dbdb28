import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { appArgument, authSchemeArgument } from "./arguments.js";

/** What `toolset.getIntegrations()` takes. */
export const listIntegrationsSchema = lazy(() =>
  z.strictObject({
    app: appArgument().optional(),
    authScheme: authSchemeArgument().optional(),
    includeDisabled: z.boolean().default(false),
  }),
);
