import { defineApp } from "../ports/app.js";

/**
 * X, formerly Twitter: OAuth 1.0a by the letter. Tokens do not expire; the answer with the token says whose it is.
 *
 * Source: https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens,
 * https://docs.x.com/fundamentals/authentication/api-reference
 */
export const twitter = defineApp({
  slug: "twitter",
  name: "X",
  description: "Posts, users and lists of X, formerly Twitter.",
  categories: ["social"],
  docsUrl: "https://docs.x.com/x-api/introduction",
  baseUrl: "https://api.x.com/2",
  authSchemes: [
    {
      scheme: "OAUTH1A",
      requestTokenUrl: "https://api.x.com/oauth/request_token",
      authorizationUrl: "https://api.x.com/oauth/authorize",
      accessTokenUrl: "https://api.x.com/oauth/access_token",
      revocationUrl: "https://api.x.com/1.1/oauth/invalidate_token",
      account: { id: "user_id", label: "screen_name" },
    },
  ],
});
