import { defineApp } from "../ports/app.js";

/**
 * Typeform: without the scope `offline` there is no refresh token.
 *
 * No revocation: Typeform documents none; the user disconnects the app in the account's settings.
 *
 * Source: https://www.typeform.com/developers/get-started/applications/,
 * https://www.typeform.com/developers/get-started/scopes/
 */
export const typeform = defineApp({
  slug: "typeform",
  name: "Typeform",
  description: "Forms and their responses in Typeform.",
  categories: ["forms"],
  docsUrl: "https://www.typeform.com/developers/",
  baseUrl: "https://api.typeform.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://api.typeform.com/oauth/authorize",
      tokenUrl: "https://api.typeform.com/oauth/token",
      scopes: ["accounts:read", "forms:read", "responses:read", "offline"],
    },
  ],
  // The documented answer has no id. Source: https://www.typeform.com/developers/create/reference/retrieve-your-own-user/
  account: { url: "/me", id: "email", email: "email", label: "alias" },
});
