import { defineApp } from "../ports/app.js";

/**
 * Figma: HTTP Basic at the token endpoint, tokens of ninety days that are renewed elsewhere; the answer to that has no
 * refresh token, and ends the former token. How scopes are joined rests on RFC 6749.
 *
 * No revocation: the user removes the app in the account settings.
 *
 * Source: https://developers.figma.com/docs/rest-api/oauth-apps/,
 * https://developers.figma.com/docs/rest-api/personal-access-tokens/,
 * https://github.com/figma/rest-api-spec/blob/main/openapi/openapi.yaml
 */
export const figma = defineApp({
  slug: "figma",
  name: "Figma",
  description: "Files, comments and components in Figma.",
  categories: ["design"],
  docsUrl: "https://developers.figma.com/docs/rest-api/",
  baseUrl: "https://api.figma.com/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.figma.com/oauth",
      tokenUrl: "https://api.figma.com/v1/oauth/token",
      refreshUrl: "https://api.figma.com/v1/oauth/refresh",
      clientAuthentication: "client_secret_basic",
      scopes: ["current_user:read", "file_content:read", "file_comments:read"],
    },
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "X-Figma-Token" }],
      displayName: "Personal access token",
    },
  ],
  account: { url: "/me", id: "id", email: "email", label: "handle" },
});
