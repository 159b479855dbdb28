import { defineApp } from "../ports/app.js";

/**
 * Intercom: tokens do not expire. Without the version header the app's default version answers.
 *
 * No revocation: a workspace uninstalls the app; the endpoint for that acts on the installation, not on one grant.
 *
 * Source: https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/setting-up-oauth
 */
export const intercom = defineApp({
  slug: "intercom",
  name: "Intercom",
  description: "Conversations and contacts in Intercom.",
  categories: ["customer support"],
  docsUrl: "https://developers.intercom.com/docs/references/rest-api/api.intercom.io",
  baseUrl: "https://api.intercom.io",
  headers: { "intercom-version": "2.11" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.intercom.com/oauth",
      tokenUrl: "https://api.intercom.io/auth/eagle/token",
    },
  ],
  account: { url: "/me", id: "id", email: "email", label: "name" },
});
