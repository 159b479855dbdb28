import { defineApp } from "../ports/app.js";
import { GONE, metaTokens } from "./internal/meta.js";

const GRAPH = "https://graph.facebook.com/v25.0";
const longLived = {
  method: "GET",
  url: `${GRAPH}/oauth/access_token`,
  params: {
    grant_type: "fb_exchange_token",
    client_id: "{client_id}",
    client_secret: "{client_secret}",
    fb_exchange_token: "{access_token}",
  },
} as const;

/**
 * Facebook: the code's token lives an hour or two and is exchanged for one of about sixty days; the same request renews
 * that one while it has not expired.
 *
 * Source: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow,
 * https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived
 */
export const facebook = defineApp({
  slug: "facebook",
  name: "Facebook",
  description: "Pages, posts and insights of a Facebook user.",
  categories: ["social"],
  docsUrl: "https://developers.facebook.com/docs/graph-api",
  baseUrl: GRAPH,
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.facebook.com/v25.0/dialog/oauth",
      tokenUrl: `${GRAPH}/oauth/access_token`,
      tokenRequestMethod: "GET",
      ...metaTokens,
      scopes: ["public_profile", "pages_show_list"],
      tokenExchanges: [{ after: "first", ...longLived }],
      refreshRequest: { ...longLived, gone: GONE },
      // Source: https://developers.facebook.com/docs/facebook-login/guides/permissions/request-revoke
      revocationRequest: { method: "DELETE", url: `${GRAPH}/me/permissions`, authentication: "bearer" },
    },
  ],
  account: { url: "/me?fields=id,name", id: "id", label: "name" },
});
