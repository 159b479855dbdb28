import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** Any scheme registered by the host: its own `parseSettings` checks the settings. */
export const customSettings = lazy(() =>
  z.strictObject({
    scheme: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]{0,63}$/, "upper case, at most 64 characters, such as `MY_SCHEME`"),
    settings: z.record(z.string(), z.unknown()).default({}),
  }),
);
/** Settings of a host's own scheme. */
export type CustomSettings = z.output<ReturnType<typeof customSettings>>;
