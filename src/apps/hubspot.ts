import { defineApp } from "../ports/app.js";

/**
 * HubSpot: the client secret goes into the body; a grant ends by deleting its refresh token.
 *
 * Source: https://developers.hubspot.com/docs/guides/apps/authentication/working-with-oauth, https://developers.hubspot.com/docs/reference/api/app-management/oauth
 */
export const hubspot = defineApp({
  slug: "hubspot",
  name: "HubSpot",
  description: "Contacts, companies and deals in HubSpot.",
  categories: ["crm"],
  docsUrl: "https://developers.hubspot.com/docs",
  baseUrl: "https://api.hubapi.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.hubspot.com/oauth/authorize",
      tokenUrl: "https://api.hubapi.com/oauth/v1/token",
      scopes: ["oauth", "crm.objects.contacts.read"],
      pkce: false,
      revocationRequest: {
        method: "DELETE",
        url: "https://api.hubapi.com/oauth/v1/refresh-tokens/{refresh_token}",
        authentication: "none",
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
  // Source: https://developers.hubspot.com/docs/reference/api/settings/account-information
  account: { url: "/account-info/v3/details", id: "portalId", label: "uiDomain" },
});
