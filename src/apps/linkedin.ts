import { defineApp } from "../ports/app.js";

/**
 * LinkedIn: PKCE parameters are for native apps only.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow
 */
export const linkedin = defineApp({
  slug: "linkedin",
  name: "LinkedIn",
  description: "Profiles and posts on LinkedIn.",
  categories: ["social"],
  docsUrl: "https://learn.microsoft.com/en-us/linkedin/",
  baseUrl: "https://api.linkedin.com",
  headers: { "x-restli-protocol-version": "2.0.0" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.linkedin.com/oauth/v2/authorization",
      tokenUrl: "https://www.linkedin.com/oauth/v2/accessToken",
      scopes: ["openid", "profile", "email"],
      pkce: false,
    },
  ],
  // Source: https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2
  account: { url: "/v2/userinfo", id: "sub", email: "email", label: "name" },
});
