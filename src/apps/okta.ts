import { defineApp } from "../ports/app.js";

/**
 * Okta: an API token under a scheme name of Okta's own.
 *
 * Source: https://developer.okta.com/docs/reference/core-okta-api/
 */
export const okta = defineApp({
  slug: "okta",
  name: "Okta",
  description: "Users, groups and apps of an Okta organisation.",
  categories: ["identity"],
  docsUrl: "https://developer.okta.com/docs/api/",
  baseUrl: "https://{domain}/api/v1",
  connectionParams: [
    {
      name: "domain",
      displayName: "Okta domain",
      description: "Such as `dev-123456.okta.com`",
      pattern: "[a-z0-9-]+\\.(?:okta|oktapreview|okta-emea)\\.com",
    },
  ],
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "SSWS {api_key}" }],
      displayName: "API token",
    },
  ],
  // Source: https://developer.okta.com/docs/reference/rl2-monitor/
  rateLimit: { remaining: "x-rate-limit-remaining", reset: { header: "x-rate-limit-reset", unit: "epoch" } },
  account: { url: "/users/me", id: "id", email: "profile.email", label: "profile.login" },
});
