import { defineApp } from "../ports/app.js";

/**
 * Square: JSON at the token endpoint, an expiry that is a date, a revocation under a scheme name of Square's own, and a
 * sandbox at another host.
 *
 * Source: https://developer.squareup.com/docs/oauth-api/overview, https://developer.squareup.com/reference/square/o-auth-api
 */
export const square = defineApp({
  slug: "square",
  name: "Square",
  description: "Payments, orders and catalogs in Square.",
  categories: ["payments"],
  docsUrl: "https://developer.squareup.com/reference/square",
  baseUrl: "https://{host}/v2",
  connectionParams: [
    {
      name: "host",
      displayName: "Environment",
      description: "`connect.squareup.com`, or `connect.squareupsandbox.com`",
      required: false,
      default: "connect.squareup.com",
      choices: ["connect.squareup.com", "connect.squareupsandbox.com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://{host}/oauth2/authorize",
      tokenUrl: "https://{host}/oauth2/token",
      scopes: ["MERCHANT_PROFILE_READ"],
      // Production requires it: the user always sees who is signed in.
      authorizationParams: { session: "false" },
      tokenRequestFormat: "json",
      pkce: false,
      tokenResponse: {
        expiresIn: "expires_at",
        expiresInUnit: "iso",
        metadata: { merchant_id: "merchant_id" },
      },
      revocationRequest: {
        method: "POST",
        url: "https://{host}/oauth2/revoke",
        authentication: "none",
        json: { client_id: "{client_id}", access_token: "{token}" },
        headers: { authorization: "Client {client_secret}" },
      },
    },
  ],
  // Source: https://developer.squareup.com/reference/square/merchants-api/retrieve-merchant
  account: { url: "/merchants/me", id: "merchant.id", label: "merchant.business_name" },
});
