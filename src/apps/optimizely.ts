import { defineApp } from "../ports/app.js";

/**
 * Optimizely Web Experimentation: the scope is called `scopes`.
 *
 * No revocation: the user takes the access back in the account settings.
 *
 * Source: https://docs.developers.optimizely.com/web/docs/oauth-20,
 * https://docs.developers.optimizely.com/web-experimentation/docs/api-conventions
 */
export const optimizely = defineApp({
  slug: "optimizely",
  name: "Optimizely",
  description: "Experiments and projects in Optimizely.",
  categories: ["analytics"],
  docsUrl: "https://docs.developers.optimizely.com/web-experimentation/reference",
  baseUrl: "https://api.optimizely.com/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.optimizely.com/oauth2/authorize",
      tokenUrl: "https://app.optimizely.com/oauth2/token",
      parameterNames: { scope: "scopes" },
      scopes: ["all"],
      pkce: false,
    },
    { scheme: "BEARER_TOKEN" },
  ],
});
