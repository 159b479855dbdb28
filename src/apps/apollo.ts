import { defineApp } from "../ports/app.js";

/**
 * Apollo.io: the authorization page is a route of a single-page application.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://docs.apollo.io/docs/use-oauth-20-authorization-flow-to-access-apollo-user-information-partners,
 * https://docs.apollo.io/reference/get-current-user-profile
 */
export const apollo = defineApp({
  slug: "apollo",
  name: "Apollo.io",
  description: "People, companies and sequences in Apollo.io.",
  categories: ["sales"],
  docsUrl: "https://docs.apollo.io/reference",
  baseUrl: "https://api.apollo.io/api/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.apollo.io/",
      authorizationFragment: "/oauth/authorize",
      tokenUrl: "https://app.apollo.io/api/v1/oauth/token",
      scopes: ["read_user_profile"],
      pkce: false,
    },
  ],
  account: { url: "/users/api_profile", id: "id", email: "email", label: "email" },
});
