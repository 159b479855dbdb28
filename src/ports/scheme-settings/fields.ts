import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** Name of a field, as templates call it: `{key_id}`. */
export const fieldName = lazy(() =>
  z.string().regex(/^[a-z][a-z0-9_]*$/, "lower case with underscores, such as `key_id`"),
);

/** Who fills a field in: the user for each connection, or the developer once for the integration. */
export const fieldSource = lazy(() => z.enum(["connection", "integration"]));

/** A field a scheme asks for beside those every app of it has. */
export const schemeField = lazy(() =>
  z.strictObject({
    name: fieldName(),
    displayName: z.string().min(1),
    description: z.string().min(1),
    from: fieldSource().default("connection"),
    /** Sealed, and hidden in whatever is shown; never filled into a URL. */
    secret: z.boolean().default(false),
    required: z.boolean().default(true),
    default: z.string().nullable().default(null),
    aliases: z.array(z.string()).default([]),
    /** What the whole value must match; null for any text. */
    pattern: z.string().nullable().default(null),
  }),
);
/** A field, defaults applied. */
export type SchemeField = z.output<ReturnType<typeof schemeField>>;

/** Where a token goes in each request. The template is filled in with `{token}` and the fields. */
export const tokenPlacement = lazy(() =>
  z.strictObject({
    in: z.enum(["header", "query", "cookie"]).default("header"),
    name: z.string().min(1).default("Authorization"),
    template: z.string().min(1).default("Bearer {token}"),
  }),
);
/** A placement, defaults applied. */
export type TokenPlacement = z.output<ReturnType<typeof tokenPlacement>>;
