import { defineApp } from "../ports/app.js";

/**
 * Miro: scopes belong to the app. The team the user has chosen is in the token response.
 *
 * Source: https://developers.miro.com/docs/getting-started-with-oauth, https://developers.miro.com/reference/revoke-token-v2
 */
export const miro = defineApp({
  slug: "miro",
  name: "Miro",
  description: "Boards and their items in Miro.",
  categories: ["design"],
  docsUrl: "https://developers.miro.com/reference/overview",
  baseUrl: "https://api.miro.com/v2",
  origins: ["https://api.miro.com"],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://miro.com/oauth/authorize",
      tokenUrl: "https://api.miro.com/v1/oauth/token",
      revocationRequest: {
        method: "POST",
        url: "https://api.miro.com/v2/oauth/revoke",
        authentication: "none",
        json: { accessToken: "{token}", clientId: "{client_id}", clientSecret: "{client_secret}" },
      },
      tokenResponse: { metadata: { team_id: "team_id", user_id: "user_id" } },
    },
  ],
  account: { url: "https://api.miro.com/v1/oauth-token", id: ["team.id", "user.id"], label: "user.name" },
});
