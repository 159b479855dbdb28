import { defineApp } from "../ports/app.js";
import { selfRenewing } from "./internal/meta.js";

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
      ...selfRenewing("https://graph.threads.net", "th"),
      scopes: ["threads_basic"],
    },
  ],
  account: { url: "/me?fields=id,username", id: "id", label: "username" },
});
