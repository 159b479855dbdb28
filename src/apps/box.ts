import { defineApp } from "../ports/app.js";

/**
 * Box: a refresh token works once, for 60 days.
 *
 * Source: https://developer.box.com/guides/authentication/oauth2/,
 * https://developer.box.com/reference/post-oauth2-revoke/
 */
export const box = defineApp({
  slug: "box",
  name: "Box",
  description: "Files and folders in Box.",
  categories: ["files"],
  docsUrl: "https://developer.box.com/reference/",
  baseUrl: "https://api.box.com/2.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://account.box.com/api/oauth2/authorize",
      tokenUrl: "https://api.box.com/oauth2/token",
      revocationUrl: "https://api.box.com/oauth2/revoke",
    },
  ],
  account: { url: "/users/me", id: "id", email: "login", label: "name" },
});
