import { defineApp } from "../ports/app.js";

/**
 * Reddit: HTTP Basic at the token endpoint, `duration=permanent` for a refresh token, and a user agent that says who calls.
 *
 * Source: https://github.com/reddit-archive/reddit/wiki/OAuth2, https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki
 */
export const reddit = defineApp({
  slug: "reddit",
  name: "Reddit",
  description: "Posts, comments and communities on Reddit.",
  categories: ["social"],
  docsUrl: "https://www.reddit.com/dev/api/",
  baseUrl: "https://oauth.reddit.com",
  headers: { "user-agent": "web:mooring:v1" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.reddit.com/api/v1/authorize",
      tokenUrl: "https://www.reddit.com/api/v1/access_token",
      revocationUrl: "https://www.reddit.com/api/v1/revoke_token",
      clientAuthentication: "client_secret_basic",
      scopes: ["identity", "read"],
      authorizationParams: { duration: "permanent" },
      tokenRequestHeaders: { "user-agent": "web:mooring:v1" },
      pkce: false,
    },
  ],
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset", unit: "seconds" },
  },
  account: { url: "/api/v1/me", id: "id", label: "name" },
});
