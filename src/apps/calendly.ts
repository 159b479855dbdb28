import { defineApp } from "../ports/app.js";

/**
 * Calendly. Most calls want the user's or the organization's URI, which the token response has.
 *
 * Source: https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-revoke
 */
export const calendly = defineApp({
  slug: "calendly",
  name: "Calendly",
  description: "Event types and scheduled events in Calendly.",
  categories: ["calendar"],
  docsUrl: "https://developer.calendly.com/api-docs",
  baseUrl: "https://api.calendly.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://auth.calendly.com/oauth/authorize",
      tokenUrl: "https://auth.calendly.com/oauth/token",
      clientAuthentication: "client_secret_basic",
      revocationUrl: "https://auth.calendly.com/oauth/revoke",
      tokenResponse: { metadata: { owner: "owner", organization: "organization" } },
    },
  ],
  account: { url: "/users/me", id: "resource.uri", email: "resource.email", label: "resource.name" },
});
