import { defineApp } from "../ports/app.js";

/**
 * Pipedrive: the token response says where the company's API is.
 *
 * Source: https://pipedrive.readme.io/docs/marketplace-oauth-authorization
 */
export const pipedrive = defineApp({
  slug: "pipedrive",
  name: "Pipedrive",
  description: "Deals, people and activities in Pipedrive.",
  categories: ["crm"],
  docsUrl: "https://developers.pipedrive.com/docs/api/v1",
  baseUrl: "https://{api_host}/api/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://oauth.pipedrive.com/oauth/authorize",
      tokenUrl: "https://oauth.pipedrive.com/oauth/token",
      revocationUrl: "https://oauth.pipedrive.com/oauth/revoke",
      clientAuthentication: "client_secret_basic",
      pkce: false,
      tokenResponse: {
        metadata: { api_host: { path: "api_domain", pattern: "https://([A-Za-z0-9-]+\\.pipedrive\\.com)" } },
      },
    },
  ],
  // Source: https://pipedrive.readme.io/docs/core-api-concepts-rate-limiting
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset", unit: "seconds" },
  },
  account: {
    url: "/users/me",
    id: ["data.company_id", "data.id"],
    email: "data.email",
    label: "data.name",
  },
});
