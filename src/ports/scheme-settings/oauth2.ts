import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";
import { apiCallFields } from "./oauth2/api-call.js";
import { authorizationFields } from "./oauth2/authorization.js";
import { clientFields } from "./oauth2/client.js";
import { furtherRequestFields } from "./oauth2/further-requests.js";
import { tokenRequestFields } from "./oauth2/token-request.js";
import { tokenResponse } from "./oauth2/token-response.js";
import { unusedSettings } from "./oauth2/unused-settings.js";

const strings = lazy(() => z.record(z.string().min(1), z.string()).default({}));
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

const fields = lazy(() =>
  z.strictObject({
    scheme: z.literal("OAUTH2"),
    /**
     * How a token is got: the user agrees in a browser, or at another device (RFC 8628), or nobody is asked and the
     * client gets a token of its own (RFC 6749 §4.4), which is asked for anew when it expires. A grant of the
     * provider's own making is `client_credentials` with another `grant_type` in `tokenParams`.
     */
    grantType: z
      .enum(["authorization_code", "client_credentials", "device_code"])
      .default("authorization_code"),
    /**
     * Whose the OAuth client is: the developer's, one for all connections; or the user's own, who gives its id and
     * secret with each connection.
     */
    clientOwner: z.enum(["integration", "connection"]).default("integration"),
    /**
     * How the code of an authorization code grant arrives: in a `callback`, or it is `given` with `connectionParams.code`,
     * for installations that begin at the provider and codes that come in a webhook. Then nothing binds it to a browser:
     * the host must know whose it is.
     */
    code: z.enum(["callback", "given"]).default("callback"),
    /** Issuer identifier (RFC 8414); checked against `iss` of callbacks and ID tokens. Alone, it is discovered. */
    issuer: endpoint().nullable().default(null),
    /** Key set the signatures of ID tokens are checked with (RFC 7517 §5); needed unless the issuer is discovered. */
    jwksUrl: endpoint().nullable().default(null),
    authorizationUrl: endpoint().nullable().default(null),
    tokenUrl: endpoint().nullable().default(null),
    /** RFC 8628 §3.1; needed for `device_code` unless it is discovered. */
    deviceAuthorizationUrl: endpoint().nullable().default(null),
    revocationUrl: endpoint().nullable().default(null),
    revocationRequest: revocationRequest().nullable().default(null),
    /**
     * How the client authenticates at the token endpoint. `client_secret_basic` percent-encodes as RFC 6749 §2.3.1
     * says; `client_secret_basic_raw` does not, for the servers that do not decode. `client_secret_as_username` is HTTP
     * Basic with the secret as user name and an empty password. `private_key_jwt` and `client_secret_jwt` are RFC 7523
     * §2.2's, see `clientAssertion`. With `tls_client_auth` (RFC 8705) the host's own `fetch` presents the certificate, at
     * the endpoints the server has for that.
     */
    clientAuthentication: z
      .enum([
        "client_secret_basic",
        "client_secret_basic_raw",
        "client_secret_as_username",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "tls_client_auth",
        "none",
      ])
      .default("client_secret_post"),
    /** Scopes asked for unless the integration or the call says otherwise. */
    scopes: z.array(z.string().min(1)).default([]),
    scopeSeparator: z.enum([" ", ",", "+"]).default(" "),
    /** What a scope includes, for providers whose wide scopes stand for narrow ones: scope to the scopes within it. */
    impliedScopes: z.record(z.string().min(1), z.array(z.string().min(1))).default({}),
    ...authorizationFields(),
    ...clientFields(),
    /**
     * Go with each request for a first token, and for `client_credentials` with each; `grant_type` replaces the
     * standard's. `{placeholders}` are the connection's params and `{client_id}`.
     */
    tokenParams: strings(),
    refreshParams: strings(),
    ...tokenRequestFields(),
    ...furtherRequestFields(),
    tokenResponse: tokenResponse().default(() => tokenResponse().parse({})),
    ...apiCallFields(),
    /** Seconds before expiry at which tokens are refreshed, instead of the adaptive margin. */
    refreshMarginSeconds: z.number().int().nonnegative().nullable().default(null),
  }),
);
/** What each setting is when nothing is said of it. */
const defaults = lazy(() => fields().parse({ scheme: "OAUTH2" }));

/**
 * OAUTH2: authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636), client credentials (RFC 6749 §4.4) or device
 * authorization (RFC 8628).
 */
export const oauth2Settings = lazy(() =>
  fields()
    .refine(
      ({ code, grantType, dpop }) =>
        code === "callback" || (grantType === "authorization_code" && dpop === null),
      {
        message: "`given` is for the grant type `authorization_code`, without `dpop`",
        path: ["code"],
      },
    )
    .refine(
      ({ clientRegistration, clientOwner, clientAuthentication }) =>
        clientRegistration === null ||
        (clientOwner === "integration" && REGISTRABLE.has(clientAuthentication)),
      {
        message: "is for clients of the integration that are public, or have a secret",
        path: ["clientRegistration"],
      },
    )
    .refine(({ jwksUrl, issuer }) => jwksUrl === null || issuer !== null, {
      message: "is for ID tokens, which are taken of a known `issuer` only",
      path: ["jwksUrl"],
    })
    .superRefine(({ dpop, tokenExchanges, refreshRequest, furtherTokens }, context) => {
      const own = { tokenExchanges, refreshRequest, furtherTokens };
      for (const [field, value] of Object.entries(own)) {
        if (dpop === null || value === null || Object.keys(value).length === 0) continue;
        context.addIssue({ code: "custom", path: [field], message: "gets bearer tokens: not with `dpop`" });
      }
    })
    .superRefine((settings, context) => {
      for (const { path, message } of unusedSettings(settings, defaults())) {
        context.addIssue({ code: "custom", path: [path], message });
      }
    })
    .superRefine((settings, context) => {
      const first = settings.code === "given" ? null : FIRST_ENDPOINT[settings.grantType];
      const isGiven = settings.tokenUrl !== null && (first === null || settings[first] !== null);
      if (settings.issuer !== null || isGiven) return;
      const wanted = first === null ? "`tokenUrl`" : `\`${first}\` and \`tokenUrl\``;
      context.addIssue({
        code: "custom",
        path: ["tokenUrl"],
        message: `give ${wanted}, or \`issuer\` to discover them`,
      });
    }),
);
/** What a registered client can show who it is with. */
const REGISTRABLE: ReadonlySet<string> = new Set([
  "none",
  "client_secret_post",
  "client_secret_basic",
  "client_secret_basic_raw",
]);
/** The endpoint a grant begins at, beside the token endpoint. */
const FIRST_ENDPOINT = {
  authorization_code: "authorizationUrl",
  client_credentials: null,
  device_code: "deviceAuthorizationUrl",
} as const;

/** Settings of OAUTH2, defaults applied. */
export type OAuth2Settings = z.output<ReturnType<typeof oauth2Settings>>;
