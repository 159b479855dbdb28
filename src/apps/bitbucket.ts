import { defineApp } from "../ports/app.js";

/**
 * Bitbucket Cloud. Scopes belong to the consumer, not to the request.
 *
 * No revocation: Bitbucket documents none; the user removes the app under "App authorizations".
 *
 * Source: https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/
 */
export const bitbucket = defineApp({
  slug: "bitbucket",
  name: "Bitbucket",
  description: "Repositories and pull requests on Bitbucket Cloud.",
  categories: ["developer tools"],
  docsUrl: "https://developer.atlassian.com/cloud/bitbucket/rest/intro/",
  baseUrl: "https://api.bitbucket.org/2.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://bitbucket.org/site/oauth2/authorize",
      tokenUrl: "https://bitbucket.org/site/oauth2/access_token",
      clientAuthentication: "client_secret_basic",
    },
  ],
  account: { url: "/user", id: "uuid", label: "display_name" },
});
