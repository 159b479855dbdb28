import { defineApp } from "../ports/app.js";

/**
 * Asana.
 *
 * Source: https://developers.asana.com/docs/oauth
 */
export const asana = defineApp({
  slug: "asana",
  name: "Asana",
  description: "Tasks, projects and portfolios in Asana.",
  categories: ["project management"],
  docsUrl: "https://developers.asana.com/docs/overview",
  baseUrl: "https://app.asana.com/api/1.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.asana.com/-/oauth_authorize",
      tokenUrl: "https://app.asana.com/-/oauth_token",
      revocationUrl: "https://app.asana.com/-/oauth_revoke",
      scopes: ["default"],
    },
    { scheme: "BEARER_TOKEN" },
  ],
  account: { url: "/users/me", id: "data.gid", email: "data.email", label: "data.name" },
});
