import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { JWT_ALGORITHMS } from "../jwt-algorithms.js";
import { fieldName, fieldSource, schemeField, tokenPlacement } from "./fields.js";

const signingKey = lazy(() =>
  z.strictObject({
    /** Who gives it. */
    from: fieldSource().default("connection"),
    name: fieldName().default("private_key"),
    displayName: z.string().min(1).default("Private key"),
    description: z.string().min(1).default("Private key (PEM or JWK) or secret to sign with"),
    aliases: z.array(z.string()).default([]),
    /** How an HS secret is written down. */
    encoding: z.enum(["utf8", "hex", "base64"]).default("utf8"),
    /**
     * For keys that come as `id:secret`: what is between the two, and the placeholder the id fills in. Null: the value is
     * the key.
     */
    idPrefix: z
      .strictObject({ separator: z.string().min(1).default(":"), name: fieldName().default("key_id") })
      .nullable()
      .default(null),
  }),
);

/** JWT: a JSON Web Token (RFC 7519) the client signs itself, in each request. */
export const jwtSettings = lazy(() =>
  z
    .strictObject({
      scheme: z.literal("JWT"),
      algorithm: z.enum(JWT_ALGORITHMS),
      key: signingKey().default(() => signingKey().parse({})),
      /** What is asked for beside the key: issuer, key id, account. */
      fields: z.array(schemeField()).default([]),
      /** The header beside `alg`: `{ kid: "{key_id}" }`. */
      header: z.record(z.string().min(1), z.string()).default({ typ: "JWT" }),
      /**
       * Filled in with the fields, the app's connection params, `{key_id}` of an id prefix, `{jti}` (random), `{iat}` and
       * `{exp}` (numbers where they stand alone), `{fingerprint}` (SHA-256 of the public key, base64), and `{method}`,
       * `{host}` and `{path}` of the request. `{name|upper}` and `{name|lower}` change case.
       */
      claims: z.record(z.string().min(1), z.json()).default({}),
      /** Which of the times are put into the claims by themselves. */
      timestamps: z.array(z.enum(["iat", "exp", "nbf"])).default(["iat", "exp"]),
      lifetimeSeconds: z.number().int().positive().max(31_536_000).default(300),
      /** How far `iat` and `nbf` lie back, for servers whose clock is slow. */
      backdateSeconds: z.number().int().nonnegative().max(3_600).default(0),
      /** Whether a token is used until shortly before it expires; false: each request has its own. */
      reuse: z.boolean().default(true),
      placement: tokenPlacement().default(() => tokenPlacement().parse({})),
    })
    .refine(({ reuse, claims }) => !reuse || !/\{(method|host|path)[|}]/.test(JSON.stringify(claims)), {
      message: "must be false where claims name `{method}`, `{host}` or `{path}` of the request",
      path: ["reuse"],
    }),
);
/** Settings of JWT, defaults applied. */
export type JwtSettings = z.output<ReturnType<typeof jwtSettings>>;
