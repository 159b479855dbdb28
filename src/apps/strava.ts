import { defineApp } from "../ports/app.js";

/**
 * Strava: scopes are joined with commas. The token endpoint is the one below `/api/v3`, as the documentation has it; the
 * cross-check list also has the older `/oauth/token`.
 *
 * Source: https://developers.strava.com/docs/authentication/
 */
export const strava = defineApp({
  slug: "strava",
  name: "Strava",
  description: "Activities and athletes on Strava.",
  categories: ["fitness"],
  docsUrl: "https://developers.strava.com/docs/reference/",
  baseUrl: "https://www.strava.com/api/v3",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.strava.com/oauth/authorize",
      tokenUrl: "https://www.strava.com/api/v3/oauth/token",
      scopes: ["read", "activity:read"],
      scopeSeparator: ",",
      authorizationParams: { approval_prompt: "auto" },
      pkce: false,
      revocationRequest: {
        method: "POST",
        url: "https://www.strava.com/oauth/deauthorize",
        authentication: "none",
        form: { access_token: "{token}" },
      },
    },
  ],
  account: { url: "/athlete", id: "id", label: "username" },
});
