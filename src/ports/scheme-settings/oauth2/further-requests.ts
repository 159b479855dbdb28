import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { endpoint } from "../../url-template.js";
import { valuePath } from "../../value-source.js";
import { fieldName } from "../fields.js";
import { tokenResponse } from "./token-response.js";

const templates = lazy(() => z.record(z.string().min(1), z.string()).default({}));

/**
 * A request for a token that is none of the standard grants. `params` and `headers` are filled in with `{access_token}`,
 * `{refresh_token}`, `{client_id}`, `{client_secret}` and the connection's params, the URL with those params only.
 */
const ownTokenRequest = lazy(() =>
  z.strictObject({
    url: endpoint(),
    method: z.enum(["POST", "GET"]).default("POST"),
    /** With GET, and with `query`, the parameters go into the URL. */
    format: z.enum(["form", "json", "query"]).default("form"),
    params: templates(),
    headers: templates(),
    response: tokenResponse().default(() => tokenResponse().parse({})),
  }),
);
/** Such a request, defaults applied. */
export type OwnTokenRequest = z.output<ReturnType<typeof ownTokenRequest>>;

const tokenExchange = lazy(() =>
  ownTokenRequest().extend({
    /** After the first token only, whose successor is then renewed in its place; or after each token, renewed ones too. */
    after: z.enum(["first", "each"]).default("each"),
  }),
);

/** A token beside the one the connection is used with otherwise. */
const furtherToken = lazy(() =>
  z
    .strictObject({
      /** Requests it is sent with: those below these URLs. */
      urls: z.array(endpoint()).min(1),
      /** Where it is in the answer that has the other; renewed with a refresh token of its own. Dot paths. */
      answer: z
        .strictObject({
          accessToken: valuePath(),
          refreshToken: valuePath().nullable().default(null),
          expiresIn: valuePath().nullable().default(null),
        })
        .nullable()
        .default(null),
      /** Parameters of the refresh (RFC 6749 §6) that gets it, for another `scope` or `resource`. */
      refreshParams: z.record(z.string().min(1), z.string()).nullable().default(null),
    })
    .refine(({ answer, refreshParams }) => (answer === null) !== (refreshParams === null), {
      message: "give `answer` or `refreshParams`, and not both",
      path: ["answer"],
    }),
);
/** Such a token's settings, defaults applied. */
export type FurtherToken = z.output<ReturnType<typeof furtherToken>>;

/** Settings of OAUTH2 for providers where one token request is not enough. */
export const furtherRequestFields = lazy(() => ({
  /**
   * Requests that follow a token response, in turn: each exchanges the token for another one (RFC 8693 §2, or the
   * provider's own way), which takes its place. A refresh token stays what it was unless the answer has one.
   */
  tokenExchanges: z.array(tokenExchange()).max(3).default([]),
  /** How a token is renewed where that is no refresh by RFC 6749 §6: with the access token, for one. */
  refreshRequest: ownTokenRequest()
    .extend({
      /**
       * The provider's error codes that mean that the user must connect again. Null: any refusal with status 400, 401 or
       * 403 that is not about the client.
       */
      gone: z.array(z.string().min(1)).min(1).nullable().default(null),
    })
    .nullable()
    .default(null),
  /** Tokens of the same grant for other parts of the API, by a name of the app definition's own. */
  furtherTokens: z.record(fieldName(), furtherToken()).default({}),
}));
