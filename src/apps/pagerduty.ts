import { defineApp } from "../ports/app.js";

/**
 * PagerDuty: keys go out as `Token token=…`, OAuth tokens as Bearer. An account-wide key has no user: then
 * `account` stays open.
 *
 * No revocation: PagerDuty documents none for scoped apps; the user removes the app in the profile.
 *
 * Source: https://developer.pagerduty.com/docs/authentication,
 * https://developer.pagerduty.com/docs/user-oauth-token-via-code-grant
 */
export const pagerduty = defineApp({
  slug: "pagerduty",
  name: "PagerDuty",
  description: "Incidents, services and schedules in PagerDuty.",
  categories: ["monitoring"],
  docsUrl: "https://developer.pagerduty.com/api-reference/",
  baseUrl: "https://api.pagerduty.com",
  headers: { accept: "application/vnd.pagerduty+json;version=2" },
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "Token token={api_key}" }],
      displayName: "API key",
    },
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://identity.pagerduty.com/oauth/authorize",
      tokenUrl: "https://identity.pagerduty.com/oauth/token",
      scopes: ["read"],
    },
  ],
  account: { url: "/users/me", id: "user.id", email: "user.email", label: "user.name" },
});
