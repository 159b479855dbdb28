import { defineApp } from "../ports/app.js";

/**
 * Airtable: PKCE is required, HTTP Basic at the token endpoint, refresh tokens are used once.
 *
 * No revocation: the user removes the integration in the account settings.
 *
 * Source: https://airtable.com/developers/web/api/oauth-reference
 */
export const airtable = defineApp({
  slug: "airtable",
  name: "Airtable",
  description: "Bases, tables and records in Airtable.",
  categories: ["database"],
  docsUrl: "https://airtable.com/developers/web/api/introduction",
  baseUrl: "https://api.airtable.com/v0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://airtable.com/oauth2/v1/authorize",
      tokenUrl: "https://airtable.com/oauth2/v1/token",
      clientAuthentication: "client_secret_basic",
      scopes: ["data.records:read", "schema.bases:read", "user.email:read"],
    },
    { scheme: "BEARER_TOKEN" },
  ],
  account: { url: "/meta/whoami", id: "id", email: "email", label: "email" },
});
