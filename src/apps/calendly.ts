import { defineApp } from "../ports/app.js";

/**
 * Calendly. Most calls want the user's or the organization's URI, which the token response has. Apps made since 3 March 2026
 * may do only what they asked for. A token is revoked with the client's credentials in the body, and asked for without.
 *
 * Source: https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-refresh-token,
 * https://developer.calendly.com/api-docs/calendly-o-auth/o-auth/post-oauth-revoke, https://developer.calendly.com/scopes
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
      scopes: ["users:read", "event_types:read", "scheduled_events:read"],
      revocationRequest: {
        method: "POST",
        url: "https://auth.calendly.com/oauth/revoke",
        authentication: "none",
        form: { client_id: "{client_id}", client_secret: "{client_secret}", token: "{refresh_token}" },
      },
      tokenResponse: { metadata: { owner: "owner", organization: "organization" } },
    },
  ],
  account: { url: "/users/me", id: "resource.uri", email: "resource.email", label: "resource.name" },
});
