import { defineApp } from "../ports/app.js";

/**
 * X: PKCE, HTTP Basic at the token endpoint, refresh tokens with the scope `offline.access` that are used once. Tokens of
 * OAuth 1.0a do not expire; the answer with one says whose it is.
 *
 * Source: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code, https://docs.x.com/x-api/fundamentals/rate-limits,
 * https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens
 */
export const x = defineApp({
  slug: "x",
  name: "X",
  description: "Posts and users on X, formerly Twitter.",
  categories: ["social"],
  docsUrl: "https://docs.x.com/x-api/introduction",
  baseUrl: "https://api.x.com/2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://x.com/i/oauth2/authorize",
      tokenUrl: "https://api.x.com/2/oauth2/token",
      revocationUrl: "https://api.x.com/2/oauth2/revoke",
      clientAuthentication: "client_secret_basic",
      scopes: ["tweet.read", "users.read", "offline.access"],
    },
    { scheme: "BEARER_TOKEN" },
    {
      scheme: "OAUTH1A",
      requestTokenUrl: "https://api.x.com/oauth/request_token",
      authorizationUrl: "https://api.x.com/oauth/authorize",
      accessTokenUrl: "https://api.x.com/oauth/access_token",
      revocationUrl: "https://api.x.com/1.1/oauth/invalidate_token",
      account: { id: "user_id", label: "screen_name" },
    },
  ],
  rateLimit: {
    remaining: "x-rate-limit-remaining",
    reset: { header: "x-rate-limit-reset", unit: "epoch" },
  },
  account: { url: "/users/me", id: "data.id", label: "data.username" },
});
