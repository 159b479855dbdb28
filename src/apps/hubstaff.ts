import { defineApp } from "../ports/app.js";

/**
 * Hubstaff: a `nonce` is required with every authorization request.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://developer.hubstaff.com/authentication
 */
export const hubstaff = defineApp({
  slug: "hubstaff",
  name: "Hubstaff",
  description: "Time tracking and activities in Hubstaff.",
  categories: ["productivity"],
  docsUrl: "https://developer.hubstaff.com/docs/hubstaff_v2",
  baseUrl: "https://api.hubstaff.com/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://account.hubstaff.com/authorizations/new",
      tokenUrl: "https://account.hubstaff.com/access_tokens",
      clientAuthentication: "client_secret_basic",
      scopes: ["openid", "hubstaff:read"],
      nonce: "always",
    },
  ],
  account: { url: "/users/me", id: "user.id", email: "user.email", label: "user.name" },
});
