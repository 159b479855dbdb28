import { defineApp } from "../ports/app.js";
import { googleOAuth2 } from "./internal/google.js";

/**
 * Google Docs. The API does not say whose the grant is; the ID token does.
 *
 * Source: https://developers.google.com/workspace/docs/api/auth
 */
export const googledocs = defineApp({
  slug: "googledocs",
  name: "Google Docs",
  description: "Documents in Google Docs.",
  categories: ["documents"],
  docsUrl: "https://developers.google.com/workspace/docs/api/reference/rest",
  baseUrl: "https://docs.googleapis.com/v1",
  authSchemes: [
    { ...googleOAuth2, scopes: ["https://www.googleapis.com/auth/documents", "openid", "email"] },
  ],
});
