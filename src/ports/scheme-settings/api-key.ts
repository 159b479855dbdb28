import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** Where one value goes in each request. */
const placement = lazy(() =>
  z.strictObject({
    in: z.enum(["header", "query", "cookie", "body"]),
    /** Header, query parameter, cookie or body field. */
    name: z.string().min(1),
    /** Filled in with `{api_key}` and `{api_secret}`. */
    template: z.string().min(1).default("{api_key}"),
  }),
);

/** API_KEY: a static key, optionally with a secret, in each request. */
export const apiKeySettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("API_KEY"),
    placements: z.array(placement()).min(1),
    /** Whether the user also gives an `api_secret`. */
    secret: z.enum(["none", "optional", "required"]).default("none"),
    /** How the field is called at the provider. */
    displayName: z.string().default("API Key"),
    description: z.string().default("API key for authentication"),
    /** Other names accepted for `api_key` in `connectionParams`. */
    aliases: z.array(z.string()).default([]),
  }),
);
/** Settings of API_KEY, defaults applied. */
export type ApiKeySettings = z.output<ReturnType<typeof apiKeySettings>>;
