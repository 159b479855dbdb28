import { defineApp } from "../ports/app.js";

/**
 * Zoom: HTTP Basic at the token endpoint. Scopes are those of the app's own settings.
 *
 * Source: https://developers.zoom.us/docs/integrations/oauth/
 */
export const zoom = defineApp({
  slug: "zoom",
  name: "Zoom",
  description: "Meetings, webinars and recordings in Zoom.",
  categories: ["communication"],
  docsUrl: "https://developers.zoom.us/docs/api/",
  baseUrl: "https://api.zoom.us/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://zoom.us/oauth/authorize",
      tokenUrl: "https://zoom.us/oauth/token",
      clientAuthentication: "client_secret_basic",
      // Takes access tokens only.
      revocationRequest: {
        method: "POST",
        url: "https://zoom.us/oauth/revoke",
        authentication: "client_secret_basic",
        form: { token: "{token}" },
      },
    },
  ],
  account: { url: "/users/me", id: "id", email: "email", label: "display_name" },
});
