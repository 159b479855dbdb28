import { defineApp } from "../ports/app.js";

/**
 * PostHog: a public client, which proves itself with PKCE alone. Its `client_id` is the URL of a document about it, which the
 * developer hosts. Europe and the United States have a host each.
 *
 * Source: https://posthog.com/docs/api/oauth, https://us.posthog.com/.well-known/oauth-authorization-server,
 * https://github.com/PostHog/posthog/blob/master/posthog/api/oauth/views.py (the metadata's source)
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
      // Each with the slash at the end, as the metadata has them.
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
