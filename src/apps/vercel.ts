import { defineApp } from "../ports/app.js";

/**
 * Vercel, with an access token of the user's.
 *
 * Source: https://vercel.com/docs/rest-api#authentication
 */
export const vercel = defineApp({
  slug: "vercel",
  name: "Vercel",
  description: "Projects and deployments at Vercel.",
  categories: ["infrastructure"],
  docsUrl: "https://vercel.com/docs/rest-api",
  baseUrl: "https://api.vercel.com",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
  account: { url: "/v2/user", id: "user.id", email: "user.email", label: "user.username" },
});
