import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";
import { valueSource } from "../value-source.js";

const strings = lazy(() => z.record(z.string().min(1), z.string()).default({}));

/** The realm of the `Authorization` header (RFC 5849 §3.5.1), filled in from the connection's params. */
const realm = lazy(() =>
  z.strictObject({
    template: z.string().regex(/^[^"\\\p{Cc}]+$/u, "text without quotes, backslashes and control characters"),
    /** NetSuite writes account `1234567-sb1` as `1234567_SB1`: characters to what stands for them. */
    replace: strings(),
    upperCase: z.boolean().default(false),
  }),
);

const shared = lazy(() => ({
  /** `flow`: the user goes through the browser; `given`: the user brings token and secret, made in the provider's pages. */
  tokens: z.enum(["flow", "given"]).default("flow"),
  /** Who owns the consumer key: the developer, or each user (a customer's own integration record). */
  consumer: z.enum(["integration", "connection"]).default("integration"),
  /** Temporary credentials (RFC 5849 §2.1). */
  requestTokenUrl: endpoint().nullable().default(null),
  /** Where the user is sent (RFC 5849 §2.2). */
  authorizationUrl: endpoint().nullable().default(null),
  /** Token credentials (RFC 5849 §2.3). */
  accessTokenUrl: endpoint().nullable().default(null),
  signatureMethod: z.enum(["HMAC-SHA1", "HMAC-SHA256", "PLAINTEXT", "RSA-SHA1"]).default("HMAC-SHA1"),
  realm: realm().nullable().default(null),
  /** Where the protocol's parameters go in API calls (RFC 5849 §3.5). */
  placement: z.enum(["header", "query"]).default("header"),
  requestTokenMethod: z.enum(["POST", "GET"]).default("POST"),
  accessTokenMethod: z.enum(["POST", "GET"]).default("POST"),
  /** More parameters of the request for temporary credentials: `x_auth_access_type`. */
  requestTokenParams: strings(),
  /** More parameters of the authorization URL: `name`, `expiration`. */
  authorizationParams: strings(),
  /** Where scopes are asked for, and as which parameter; null for providers without. */
  scopeParam: z
    .strictObject({
      in: z.enum(["requestToken", "authorization"]),
      name: z.string().min(1).default("scope"),
      separator: z.enum([" ", ","]).default(","),
    })
    .nullable()
    .default(null),
  scopes: z.array(z.string().min(1)).default([]),
  /** Where `oauth_callback` is said: with the temporary credentials (Revision A), or in the authorization URL. */
  callback: z.enum(["requestToken", "authorization"]).default("requestToken"),
  /**
   * What the callback is known by: a `state` that is put into the callback URL, or `oauth_token`, for providers that want
   * the URL exactly as it is registered.
   */
  callbackKey: z.enum(["state", "oauth_token"]).default("state"),
  /** Values of the answer with the token that are kept with the connection: name to where they are. */
  metadata: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), valueSource()).default({}),
  /** Whose account it is, where the answer with the token says it: names in that answer. */
  account: z
    .strictObject({ id: valueSource(), label: valueSource().nullable().default(null) })
    .nullable()
    .default(null),
  /** A signed POST that ends the token; null where there is none. */
  revocationUrl: endpoint().nullable().default(null),
}));

function settingsFor<Name extends "OAUTH1" | "OAUTH1A">(name: Name) {
  return z.strictObject({ scheme: z.literal(name), ...shared() }).superRefine((settings, context) => {
    if (settings.tokens === "given") return;
    for (const field of ["requestTokenUrl", "authorizationUrl", "accessTokenUrl"] as const) {
      if (settings[field] !== null) continue;
      context.addIssue({
        code: "custom",
        path: [field],
        message: 'required unless `tokens` is "given"',
      });
    }
  });
}

/** OAUTH1: OAuth 1.0 as providers had it before Revision A: no verifier, the callback in the authorization URL or none. */
export const oauth1Settings = lazy(() => settingsFor("OAUTH1"));
/** OAUTH1A: OAuth 1.0 Revision A (RFC 5849): the user comes back with a verifier. */
export const oauth1aSettings = lazy(() => settingsFor("OAUTH1A"));
/** Settings of OAUTH1 and OAUTH1A, defaults applied. */
export type OAuth1Settings =
  | z.output<ReturnType<typeof oauth1Settings>>
  | z.output<ReturnType<typeof oauth1aSettings>>;
