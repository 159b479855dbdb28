import { defineApp } from "../ports/app.js";

/**
 * Printful: the redirect URI is called `redirect_url` and is not repeated at the token endpoint, there is no `response_type`,
 * and the token response says at which second the token ends. Refresh tokens are used once, within 90 days.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://developers.printful.com/docs/#tag/Authentication
 */
export const printful = defineApp({
  slug: "printful",
  name: "Printful",
  description: "Products and orders in Printful.",
  categories: ["e-commerce"],
  docsUrl: "https://developers.printful.com/docs/",
  baseUrl: "https://api.printful.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.printful.com/oauth/authorize",
      tokenUrl: "https://www.printful.com/oauth/token",
      parameterNames: { redirect_uri: "redirect_url", response_type: null },
      tokenParameterNames: { redirect_uri: null },
      pkce: false,
      tokenResponse: { expiresIn: "expires_at", expiresInUnit: "epoch" },
    },
    { scheme: "BEARER_TOKEN" },
  ],
});
