import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { endpoint } from "./url-template.js";

const strings = lazy(() => z.record(z.string().min(1), z.string()).default({}));
/** Dot path into a JSON answer: `authed_user.access_token`. */
const path = lazy(() =>
  z.string().regex(/^[\w$-]+(\.[\w$-]+)*$/, "a dot path() into the answer, such as `data.access_token`"),
);

/** Where things are in a token response that is not RFC 6749 §5.1's. Paths are dot paths. */
const tokenResponse = lazy(() =>
  z.strictObject({
    accessToken: path().default("access_token"),
    refreshToken: path().default("refresh_token"),
    expiresIn: path().default("expires_in"),
    scope: path().default("scope"),
    tokenType: path().default("token_type"),
    /** An answer with status 200 is an error when the value at `path` is exactly this. */
    failure: z
      .strictObject({
        path: path(),
        equals: z.union([z.string(), z.number(), z.boolean()]),
        error: path().default("error"),
      })
      .nullable()
      .default(null),
    /** Seconds a token lives when the answer does not say; null for ever. */
    defaultExpiresIn: z.number().int().positive().nullable().default(null),
    /** Values kept with the connection, not secret: name to dot path. */
    metadata: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), path()).default({}),
  }),
);

/**
 * A revocation that is not RFC 7009's. Filled in: `{token}` (the access token, also `{access_token}`),
 * `{refresh_token}` (nothing is sent when there is none), `{client_id}`, `{client_secret}`.
 */
const revocationRequest = lazy(() =>
  z.strictObject({
    method: z.enum(["POST", "DELETE", "GET"]),
    url: endpoint(),
    authentication: z.enum(["client_secret_basic", "bearer", "none"]),
    json: z.record(z.string(), z.string()).nullable().default(null),
    form: z.record(z.string(), z.string()).nullable().default(null),
    headers: strings(),
  }),
);

/** OAUTH2: authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636). */
export const oauth2Settings = lazy(() =>
  z
    .strictObject({
      scheme: z.literal("OAUTH2"),
      /** Issuer identifier (RFC 8414); checked against `iss` of callbacks and ID tokens. Alone, it is discovered. */
      issuer: endpoint().nullable().default(null),
      authorizationUrl: endpoint().nullable().default(null),
      tokenUrl: endpoint().nullable().default(null),
      revocationUrl: endpoint().nullable().default(null),
      revocationRequest: revocationRequest().nullable().default(null),
      /**
       * How the client authenticates at the token endpoint. `client_secret_basic` percent-encodes as RFC 6749 §2.3.1
       * says; `client_secret_basic_raw` does not, for the servers that do not decode.
       */
      clientAuthentication: z
        .enum(["client_secret_basic", "client_secret_basic_raw", "client_secret_post", "none"])
        .default("client_secret_post"),
      /** Scopes asked for unless the integration or the call says otherwise. */
      scopes: z.array(z.string().min(1)).default([]),
      scopeSeparator: z.enum([" ", ",", "+"]).default(" "),
      /** What a scope includes, for providers whose wide scopes stand for narrow ones: scope to the scopes within it. */
      impliedScopes: z.record(z.string().min(1), z.array(z.string().min(1))).default({}),
      /** PKCE S256; false only for a provider that refuses the parameters. */
      pkce: z.boolean().default(true),
      authorizationParams: strings(),
      tokenParams: strings(),
      refreshParams: strings(),
      tokenRequestFormat: z.enum(["form", "json"]).default("form"),
      tokenRequestHeaders: strings(),
      tokenResponse: tokenResponse().default(() => tokenResponse().parse({})),
      /** Seconds before expiry at which tokens are refreshed, instead of the adaptive margin. */
      refreshMarginSeconds: z.number().int().nonnegative().nullable().default(null),
    })
    .refine(
      (settings) =>
        settings.issuer !== null || (settings.authorizationUrl !== null && settings.tokenUrl !== null),
      {
        message: "give `authorizationUrl` and `tokenUrl`, or `issuer` to discover them",
        path: ["tokenUrl"],
      },
    ),
);
/** Settings of OAUTH2, defaults applied. */
export type OAuth2Settings = z.output<ReturnType<typeof oauth2Settings>>;

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

const basicField = lazy(() =>
  z.strictObject({
    displayName: z.string(),
    description: z.string(),
    /** What is sent, filled in with `{username}` and `{password}`. */
    template: z.string(),
    required: z.boolean().default(true),
  }),
);
/** BASIC: HTTP Basic authentication (RFC 7617). */
export const basicSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("BASIC"),
    username: basicField().default({
      displayName: "Username",
      description: "Username for basic authentication",
      template: "{username}",
      required: true,
    }),
    password: basicField().default({
      displayName: "Password",
      description: "Password for basic authentication",
      template: "{password}",
      required: true,
    }),
  }),
);
/** Settings of BASIC, defaults applied. */
export type BasicSettings = z.output<ReturnType<typeof basicSettings>>;

/** NO_AUTH: nothing is added. */
export const noAuthSettings = lazy(() => z.strictObject({ scheme: z.literal("NO_AUTH") }));
/** Settings of NO_AUTH. */
export type NoAuthSettings = z.output<ReturnType<typeof noAuthSettings>>;

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
