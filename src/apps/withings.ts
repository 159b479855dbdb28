import { defineApp } from "../ports/app.js";

/**
 * Withings: tokens are one level down, failures come with status 200 and a `status` that is not 0, and `action` says what the
 * token endpoint is asked for.
 *
 * No revocation: the documented one wants a signature over a nonce that is asked for first.
 *
 * Source: https://developer.withings.com/developer-guide/v3/integration-guide/public-health-data-api/get-access/oauth-web-flow/
 */
export const withings = defineApp({
  slug: "withings",
  name: "Withings",
  description: "Measurements and activities of Withings devices.",
  categories: ["health"],
  docsUrl: "https://developer.withings.com/api-reference/",
  baseUrl: "https://wbsapi.withings.net",
  failure: { path: "status", not: 0, message: "error" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://account.withings.com/oauth2_user/authorize2",
      tokenUrl: "https://wbsapi.withings.net/v2/oauth2",
      scopes: ["user.info", "user.metrics"],
      scopeSeparator: ",",
      pkce: false,
      tokenParams: { action: "requesttoken" },
      refreshParams: { action: "requesttoken" },
      tokenResponse: {
        accessToken: "body.access_token",
        refreshToken: "body.refresh_token",
        expiresIn: "body.expires_in",
        scope: "body.scope",
        tokenType: "body.token_type",
        failure: { path: "status", not: 0, error: "error" },
        metadata: { user_id: "body.userid" },
      },
    },
  ],
});
