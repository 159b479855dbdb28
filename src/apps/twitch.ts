import { defineApp } from "../ports/app.js";

/**
 * Twitch: the client id goes along with each token.
 *
 * Source: https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/, https://dev.twitch.tv/docs/api/guide/
 */
export const twitch = defineApp({
  slug: "twitch",
  name: "Twitch",
  description: "Streams, channels and users on Twitch.",
  categories: ["video"],
  docsUrl: "https://dev.twitch.tv/docs/api/",
  baseUrl: "https://api.twitch.tv/helix",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://id.twitch.tv/oauth2/authorize",
      tokenUrl: "https://id.twitch.tv/oauth2/token",
      scopes: ["user:read:email"],
      pkce: false,
      requestHeaders: { "Client-Id": "{client_id}" },
      // Takes access tokens only. Source: https://dev.twitch.tv/docs/authentication/revoke-tokens
      revocationRequest: {
        method: "POST",
        url: "https://id.twitch.tv/oauth2/revoke",
        authentication: "none",
        form: { client_id: "{client_id}", token: "{token}" },
      },
    },
  ],
  rateLimit: { remaining: "ratelimit-remaining", reset: { header: "ratelimit-reset", unit: "epoch" } },
  account: { url: "/users", id: "data.0.id", email: "data.0.email", label: "data.0.display_name" },
});
