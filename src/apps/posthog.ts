import { defineApp } from "../ports/app.js";

/**
 * PostHog: a public client, which proves itself with PKCE alone. Its `client_id` is the URL of a document about it, which the
 * developer hosts. Europe and the United States have a host each.
 *
 * Source: https://posthog.com/docs/api/oauth, https://github.com/PostHog/posthog/blob/master/posthog/api/oauth/README.md
 */
export const posthog = defineApp({
  slug: "posthog",
  name: "PostHog",
  description: "Product analytics: insights, feature flags and experiments.",
  categories: ["analytics"],
  docsUrl: "https://posthog.com/docs/api",
  baseUrl: "https://{region}.posthog.com/api",
  connectionParams: [
    {
      name: "region",
      displayName: "Region",
      description: "Where the data is",
      required: false,
      default: "us",
      choices: ["us", "eu"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      // The authorization server's metadata, which the documentation refers to.
      authorizationUrl: "https://{region}.posthog.com/oauth/authorize/",
      tokenUrl: "https://{region}.posthog.com/oauth/token/",
      revocationUrl: "https://{region}.posthog.com/oauth/revoke/",
      clientAuthentication: "none",
      scopes: ["user:read", "insight:read"],
    },
  ],
  // Source: https://posthog.com/docs/api/users
  account: { url: "/users/@me/", id: "uuid", email: "email", label: "first_name" },
});
