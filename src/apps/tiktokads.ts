import { defineApp } from "../ports/app.js";

/**
 * TikTok API for Business: another client id, code and token, all by names of their own, in JSON; failures come with status
 * 200 and a `code` that is not 0. The token does not expire. Which permissions were granted is a list of numbers.
 *
 * Source: https://business-api.tiktok.com/portal/docs?id=1738373164380162, https://business-api.tiktok.com/portal/docs?id=1739965703387137
 */
export const tiktokads = defineApp({
  slug: "tiktokads",
  name: "TikTok Ads",
  description: "Campaigns and reports of TikTok advertisers.",
  categories: ["marketing"],
  docsUrl: "https://business-api.tiktok.com/portal/docs",
  baseUrl: "https://business-api.tiktok.com/open_api/v1.3",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://business-api.tiktok.com/portal/auth",
      tokenUrl: "https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",
      parameterNames: { client_id: "app_id", code: "auth_code", response_type: null, scope: null },
      tokenParameterNames: {
        client_id: "app_id",
        client_secret: "secret",
        code: "auth_code",
        grant_type: null,
        redirect_uri: null,
      },
      tokenRequestFormat: "json",
      pkce: false,
      tokenResponse: {
        accessToken: "data.access_token",
        scope: "data.granted_scopes",
        failure: { path: "code", not: 0, error: "message" },
        metadata: { advertiser_id: "data.advertiser_ids.0" },
      },
      accessToken: { in: "header", name: "Access-Token", template: "{token}" },
      revocationRequest: {
        method: "POST",
        url: "https://business-api.tiktok.com/open_api/v1.3/oauth2/revoke_token/",
        authentication: "none",
        json: { app_id: "{client_id}", secret: "{client_secret}", access_token: "{token}" },
        headers: { "access-token": "{token}" },
      },
    },
  ],
  failure: { path: "code", not: 0, message: "message" },
});
