import { defineApp } from "../ports/app.js";

/**
 * TikTok's Login Kit: the client id is called `client_key`, scopes are joined with commas. PKCE is for mobile and desktop
 * apps. The endpoints are those of Login Kit v2; the cross-check list also has those of v1, which are gone.
 *
 * Source: https://developers.tiktok.com/doc/login-kit-web, https://developers.tiktok.com/doc/oauth-user-access-token-management
 */
export const tiktok = defineApp({
  slug: "tiktok",
  name: "TikTok",
  description: "Profiles and videos of TikTok users.",
  categories: ["social"],
  docsUrl: "https://developers.tiktok.com/doc/overview",
  baseUrl: "https://open.tiktokapis.com/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.tiktok.com/v2/auth/authorize/",
      tokenUrl: "https://open.tiktokapis.com/v2/oauth/token/",
      parameterNames: { client_id: "client_key" },
      tokenParameterNames: { client_id: "client_key" },
      scopes: ["user.info.basic"],
      scopeSeparator: ",",
      pkce: false,
      revocationRequest: {
        method: "POST",
        url: "https://open.tiktokapis.com/v2/oauth/revoke/",
        authentication: "none",
        form: { client_key: "{client_id}", client_secret: "{client_secret}", token: "{token}" },
      },
    },
  ],
  // Source: https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
  account: {
    url: "/user/info/?fields=open_id,display_name",
    id: "data.user.open_id",
    label: "data.user.display_name",
  },
});
