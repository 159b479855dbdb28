import { defineApp } from "../ports/app.js";

/**
 * Netlify: no scopes, tokens do not expire.
 *
 * No revocation: Netlify documents none; the user revokes the app under "OAuth applications".
 *
 * Source: https://docs.netlify.com/api/get-started/#authentication
 */
export const netlify = defineApp({
  slug: "netlify",
  name: "Netlify",
  description: "Sites and deploys at Netlify.",
  categories: ["infrastructure"],
  docsUrl: "https://docs.netlify.com/api/get-started/",
  baseUrl: "https://api.netlify.com/api/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.netlify.com/authorize",
      tokenUrl: "https://api.netlify.com/oauth/token",
    },
    { scheme: "BEARER_TOKEN" },
  ],
  account: { url: "/user", id: "id", email: "email", label: "full_name" },
});
