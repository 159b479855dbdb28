import { defineApp } from "../ports/app.js";

/**
 * HubSpot: the client secret goes into the body. The endpoints have a date in their paths; those below `/oauth/v1` end on 16
 * February 2027.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens, https://developers.hubspot.com/changelog/v1-oauth-api-deprecation
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
      tokenUrl: "https://api.hubapi.com/oauth/2026-03/token",
      revocationUrl: "https://api.hubapi.com/oauth/2026-03/token/revoke",
      scopes: ["oauth", "crm.objects.contacts.read"],
      pkce: false,
    },
    { scheme: "BEARER_TOKEN" },
  ],
  // Source: https://developers.hubspot.com/docs/reference/api/settings/account-information
  account: { url: "/account-info/v3/details", id: "portalId", label: "uiDomain" },
});
