import { defineApp } from "../ports/app.js";

/**
 * Confluence Cloud: an `audience` is required, and one grant reaches many sites.
 *
 * No revocation: Atlassian documents none; the user removes the app under "Connected apps".
 *
 * Source: https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/
 */
export const confluence = defineApp({
  slug: "confluence",
  name: "Confluence",
  description: "Pages and spaces in Confluence Cloud.",
  categories: ["documents"],
  docsUrl: "https://developer.atlassian.com/cloud/confluence/rest/v2/intro/",
  baseUrl: "https://api.atlassian.com/ex/confluence/{cloud_id}",
  // Where the sites are listed, before one is chosen.
  origins: ["https://api.atlassian.com"],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://auth.atlassian.com/authorize",
      tokenUrl: "https://auth.atlassian.com/oauth/token",
      tokenRequestFormat: "json",
      scopes: ["read:confluence-content.all", "read:me", "offline_access"],
      authorizationParams: { audience: "api.atlassian.com", prompt: "consent" },
      pkce: false,
    },
  ],
  // Source: https://developer.atlassian.com/cloud/confluence/user-identity-api-3lo/
  account: { url: "https://api.atlassian.com/me", id: "account_id", email: "email", label: "name" },
  tenants: {
    url: "https://api.atlassian.com/oauth/token/accessible-resources",
    id: "id",
    label: "url",
    param: "cloud_id",
  },
});
