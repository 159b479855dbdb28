import { defineApp } from "../ports/app.js";

/**
 * Follow Up Boss: the response and grant type are called `auth_code`, and the state is repeated at the token endpoint.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://docs.followupboss.com/docs/oauth-authentication-and-authorization
 */
export const followupboss = defineApp({
  slug: "followupboss",
  name: "Follow Up Boss",
  description: "People, deals and calls in Follow Up Boss.",
  categories: ["crm"],
  docsUrl: "https://docs.followupboss.com/reference/getting-started",
  baseUrl: "https://api.followupboss.com/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.followupboss.com/oauth/authorize",
      tokenUrl: "https://app.followupboss.com/oauth/token",
      clientAuthentication: "client_secret_basic",
      authorizationParams: { response_type: "auth_code" },
      tokenParams: { grant_type: "auth_code", state: "{state}" },
      pkce: false,
    },
  ],
  // Source: https://docs.followupboss.com/reference/me
  account: { url: "/me", id: "id", email: "email", label: "name" },
});
