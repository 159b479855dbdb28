import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";
import { schemeField, tokenPlacement } from "./fields.js";
import { sessionExpiry } from "./two-step.js";

const label = lazy(() => z.strictObject({ displayName: z.string().min(1), description: z.string().min(1) }));

/** BASIC_WITH_JWT: a login with HTTP Basic (RFC 7617) at a token URL that answers with a JWT, which is sent then. */
export const basicWithJwtSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("BASIC_WITH_JWT"),
    tokenUrl: endpoint(),
    method: z.enum(["GET", "POST"]).default("POST"),
    /** How the two fields are called at the provider. */
    username: label().default({ displayName: "Username", description: "Username for basic authentication" }),
    password: label().default({ displayName: "Password", description: "Password for basic authentication" }),
    /** What is asked for beside the two. */
    fields: z.array(schemeField()).default([]),
    headers: z.record(z.string().min(1), z.string()).default({}),
    /** JSON body of the login; null for none. */
    body: z.record(z.string().min(1), z.json()).nullable().default(null),
    /** Dot path of the JWT in the answer. */
    tokenPath: z.string().min(1).default("token"),
    /** Default: the JWT's own `exp`. */
    expiry: sessionExpiry().default({ kind: "jwt", value: "token" }),
    placement: tokenPlacement().default(() => tokenPlacement().parse({})),
  }),
);
/** Settings of BASIC_WITH_JWT, defaults applied. */
export type BasicWithJwtSettings = z.output<ReturnType<typeof basicWithJwtSettings>>;
