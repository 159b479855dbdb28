import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { fieldName, fieldSource, schemeField } from "./fields.js";

const signingKey = lazy(() =>
  z.strictObject({
    /** Who gives it. */
    from: fieldSource().default("connection"),
    name: fieldName().default("api_secret"),
    displayName: z.string().min(1).default("API secret"),
    description: z.string().min(1).default("Secret that requests are signed with"),
    aliases: z.array(z.string()).default([]),
    /**
     * How its bytes are written down. An Ed25519 key is PEM or JWK, or with `hex` and `base64` the 32 bytes of RFC 8032.
     */
    encoding: z.enum(["utf8", "hex", "base64"]).default("utf8"),
  }),
);

/**
 * Where something goes in each request. `basic` is HTTP Basic authentication (RFC 7617): the template is
 * `user:password`, and is encoded.
 */
const signedPlacement = lazy(() =>
  z.discriminatedUnion("in", [
    z.strictObject({
      /** `form` adds a field to a form-encoded body, and makes one where there is none; it cannot hold the signature. */
      in: z.enum(["header", "query", "form"]),
      name: z.string().min(1),
      template: z.string().min(1).default("{signature}"),
    }),
    z.strictObject({
      in: z.literal("basic"),
      template: z.string().regex(/:/, "user and password, with a colon"),
    }),
  ]),
);

const hashName = lazy(() => z.enum(["SHA-1", "SHA-256", "SHA-384", "SHA-512"]));

/** HMAC: each request is signed with a secret that is not sent (RFC 2104). */
export const hmacSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("HMAC"),
    hash: hashName().default("SHA-256"),
    /**
     * `digest` for providers that hash a text with the secret in it, and use no key (WSSE); `ed25519` signs with a private
     * key (RFC 8032), and has no use for `hash`.
     */
    construction: z.enum(["hmac", "digest", "ed25519"]).default("hmac"),
    key: signingKey().default(() => signingKey().parse({})),
    /** What is asked for beside the secret: a key id, an account. */
    fields: z.array(schemeField()).default([]),
    /**
     * What is signed, piece by piece. Filled in with the fields, the app's connection params, and of the request:
     * `{method}`, `{path}`, `{query}` (without `?`), `{path_query}` (with it, where there is one), `{url}`, `{host}`,
     * `{hostname}`, `{port}`, `{content_type}`, `{params}` (query and form body sorted by name, percent-encoded as RFC 3986
     * says), `{body}`, `{body_sha1_hex}`, `{body_sha256_hex}`, `{body_sha256_base64}`, `{body_sha512_hex}`, and
     * `{timestamp}` and `{nonce}`. With `digest`, also with the secret, by its name. `{name|upper}` and `{name|lower}`
     * change case.
     */
    canonical: z.array(z.string()).min(1),
    /** What stands between the pieces. */
    join: z.string().default("\n"),
    /** A hash within what is signed, whose bytes are `{inner_hash}` there. `canonical` is filled in likewise. */
    innerHash: z
      .strictObject({
        hash: hashName().default("SHA-256"),
        canonical: z.array(z.string()).min(1),
        join: z.string().default(""),
      })
      .nullable()
      .default(null),
    /** How `{timestamp}` is written: `http` as RFC 9110 §5.6.7, `rfc5322` with `+0000` or, for `rfc5322_utc`, `-0000`. */
    timestamp: z
      .enum(["seconds", "milliseconds", "iso", "iso_seconds", "http", "rfc5322", "rfc5322_utc"])
      .default("seconds"),
    /**
     * What `{nonce}` is; `hex` has 32 digits. `increasing`: milliseconds since the epoch, or one more than last time in this
     * process, for providers that want each greater than the one before.
     */
    nonce: z.enum(["hex", "uuid", "base64url", "increasing"]).default("hex"),
    /** How `{signature}` is written. */
    encoding: z.enum(["hex", "base64", "base64url"]).default("hex"),
    /**
     * Filled in like `canonical`, and with `{signature}`. What is without it goes into the request first, so that a query
     * parameter of it is part of what is signed.
     */
    placements: z.array(signedPlacement()).min(1),
  }),
);
/** Settings of HMAC, defaults applied. */
export type HmacSettings = z.output<ReturnType<typeof hmacSettings>>;
