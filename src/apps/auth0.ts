import { defineApp } from "../ports/app.js";

/**
 * Auth0's Management API: a tenant's machine-to-machine app gets a token, which must name the API it is for.
 *
 * No revocation: an issued token cannot be revoked.
 *
 * Source: https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens,
 * https://auth0.com/docs/secure/tokens/access-tokens/management-api-access-tokens/get-management-api-access-tokens-for-production
 */
export const auth0 = defineApp({
  slug: "auth0",
  name: "Auth0",
  description: "Users, roles and applications of an Auth0 tenant.",
  categories: ["identity"],
  docsUrl: "https://auth0.com/docs/api/management/v2",
  baseUrl: "https://{domain}/api/v2",
  connectionParams: [
    {
      name: "domain",
      displayName: "Tenant domain",
      description: "Such as `acme.eu.auth0.com`",
      pattern: "[a-z0-9-]+(?:\\.[a-z0-9-]+)?\\.auth0\\.com",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      grantType: "client_credentials",
      // Each tenant has applications of its own.
      clientOwner: "connection",
      tokenUrl: "https://{domain}/oauth/token",
      tokenParams: { audience: "https://{domain}/api/v2/" },
    },
  ],
});
