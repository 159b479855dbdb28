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
  /**
   * `flow`: the user goes through the browser; `given`: the user brings token and secret, made in the provider's pages;
   * `none`: there is no token, the consumer signs for itself.
   */
  tokens: z.enum(["flow", "given", "none"]).default("flow"),
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
  /** Where the protocol's parameters go in API calls (RFC 5849 §3.5). `body` is for forms: the rest have the header. */
  placement: z.enum(["header", "query", "body"]).default("header"),
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
  /** A callback parameter that says no, beside `denied` and `oauth_problem`; with any value when `equals` is null. */
  denial: z
    .strictObject({ parameter: z.string().min(1), equals: z.string().nullable().default(null) })
    .nullable()
    .default(null),
  /** Values of the answer with the token that are kept with the connection: name to where they are. */
  metadata: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), valueSource()).default({}),
  /** Whose account it is, where the answer with the token says it: names in that answer. */
  account: z
    .strictObject({ id: valueSource(), label: valueSource().nullable().default(null) })
    .nullable()
    .default(null),
  /** A signed request that ends the token, `{oauth_token}` and `{consumer_key}` filled in; null where there is none. */
  revocationUrl: endpoint().nullable().default(null),
  revocationMethod: z.enum(["POST", "DELETE", "GET"]).default("POST"),
}));

type Shared = z.output<z.ZodObject<ReturnType<typeof shared>>>;

function check(settings: Shared, context: z.core.$RefinementCtx): void {
  if (settings.scopes.length > 0 && settings.scopeParam === null) {
    context.addIssue({
      code: "custom",
      path: ["scopeParam"],
      message: "say where `scopes` are asked for",
    });
  }
  if (settings.tokens !== "flow") return;
  for (const field of ["requestTokenUrl", "authorizationUrl", "accessTokenUrl"] as const) {
    if (settings[field] !== null) continue;
    context.addIssue({
      code: "custom",
      path: [field],
      message: 'required unless `tokens` is "given" or "none"',
    });
  }
}

/** OAUTH1: OAuth 1.0 as providers had it before Revision A, and as they bend it since. */
export const oauth1Settings = lazy(() =>
  z
    .strictObject({
      scheme: z.literal("OAUTH1"),
      ...shared(),
      /** Whether the callback must bring an `oauth_verifier`. */
      verifier: z.enum(["required", "optional"]).default("optional"),
      /** Whether the provider must confirm the callback URL with `oauth_callback_confirmed`. */
      callbackConfirmed: z.boolean().default(false),
    })
    .superRefine(check),
);
/** OAUTH1A: OAuth 1.0 Revision A (RFC 5849): the callback URL is confirmed, and the user comes back with a verifier. */
export const oauth1aSettings = lazy(() =>
  z
    .strictObject({
      scheme: z.literal("OAUTH1A"),
      ...shared(),
      verifier: z.literal("required").default("required"),
      callbackConfirmed: z.literal(true).default(true),
    })
    .superRefine(check),
);
/** Settings of OAUTH1 and OAUTH1A, defaults applied. */
export type OAuth1Settings =
  | z.output<ReturnType<typeof oauth1Settings>>
  | z.output<ReturnType<typeof oauth1aSettings>>;
