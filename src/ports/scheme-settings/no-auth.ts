import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** NO_AUTH: nothing is added. */
export const noAuthSettings = lazy(() => z.strictObject({ scheme: z.literal("NO_AUTH") }));
/** Settings of NO_AUTH. */
export type NoAuthSettings = z.output<ReturnType<typeof noAuthSettings>>;
