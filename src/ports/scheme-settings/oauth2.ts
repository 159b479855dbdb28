import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";
import { apiCallFields } from "./oauth2/api-call.js";
import { authorizationFields } from "./oauth2/authorization.js";
import { tokenRequestFields } from "./oauth2/token-request.js";
import { tokenResponse } from "./oauth2/token-response.js";

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
       * says; `client_secret_basic_raw` does not, for the servers that do not decode. `client_secret_as_username` is HTTP
       * Basic with the secret as user name and an empty password.
       */
      clientAuthentication: z
        .enum([
          "client_secret_basic",
          "client_secret_basic_raw",
          "client_secret_as_username",
          "client_secret_post",
          "none",
        ])
        .default("client_secret_post"),
      /** Scopes asked for unless the integration or the call says otherwise. */
      scopes: z.array(z.string().min(1)).default([]),
      scopeSeparator: z.enum([" ", ",", "+"]).default(" "),
      /** What a scope includes, for providers whose wide scopes stand for narrow ones: scope to the scopes within it. */
      impliedScopes: z.record(z.string().min(1), z.array(z.string().min(1))).default({}),
      ...authorizationFields(),
      tokenParams: strings(),
      refreshParams: strings(),
      ...tokenRequestFields(),
      tokenResponse: tokenResponse().default(() => tokenResponse().parse({})),
      ...apiCallFields(),
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
