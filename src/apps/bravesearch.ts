import { defineApp } from "../ports/app.js";

/**
 * Brave Search.
 *
 * Source: https://api-dashboard.search.brave.com/documentation/guides/authentication
 */
export const bravesearch = defineApp({
  slug: "bravesearch",
  name: "Brave Search",
  description: "Web search by Brave.",
  categories: ["search"],
  docsUrl: "https://api-dashboard.search.brave.com/documentation",
  baseUrl: "https://api.search.brave.com/res/v1",
  headers: { accept: "application/json" },
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "X-Subscription-Token", template: "{api_key}" }],
      displayName: "Subscription token",
    },
  ],
});
