import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** BEARER_TOKEN: a token the user already has (RFC 6750 §2.1). */
export const bearerTokenSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("BEARER_TOKEN"),
    header: z.string().min(1).default("Authorization"),
    /** Filled in with `{token}`. */
    template: z.string().min(1).default("Bearer {token}"),
  }),
);
/** Settings of BEARER_TOKEN, defaults applied. */
export type BearerTokenSettings = z.output<ReturnType<typeof bearerTokenSettings>>;
