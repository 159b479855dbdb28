import { defineApp } from "../ports/app.js";
import { metaTokens } from "./internal/meta.js";

/**
 * Threads: the code's token lives an hour and is exchanged for one of sixty days, which renews itself once it is a day
 * old.
 *
 * No revocation: the documentation names no endpoint; the user takes the app off in their settings.
 *
 * Source: https://developers.facebook.com/docs/threads/get-started/get-access-tokens-and-permissions,
 * https://developers.facebook.com/docs/threads/get-started/long-lived-tokens
 */
export const threads = defineApp({
  slug: "threads",
  name: "Threads",
  description: "Posts, replies and insights of a Threads profile.",
  categories: ["social"],
  docsUrl: "https://developers.facebook.com/docs/threads",
  baseUrl: "https://graph.threads.net/v1.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://threads.net/oauth/authorize",
      tokenUrl: "https://graph.threads.net/oauth/access_token",
      ...metaTokens,
      scopes: ["threads_basic"],
      tokenExchanges: [
        {
          after: "first",
          method: "GET",
          url: "https://graph.threads.net/access_token",
          params: {
            grant_type: "th_exchange_token",
            client_secret: "{client_secret}",
            access_token: "{access_token}",
          },
        },
      ],
      refreshRequest: {
        method: "GET",
        url: "https://graph.threads.net/refresh_access_token",
        params: { grant_type: "th_refresh_token", access_token: "{access_token}" },
      },
    },
  ],
  account: { url: "/me?fields=id,username", id: "id", label: "username" },
});
