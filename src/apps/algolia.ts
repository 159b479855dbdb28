import { defineApp } from "../ports/app.js";

/**
 * Algolia: each application is a host of its own, whose id also goes into a header beside the key.
 *
 * Source: https://www.algolia.com/doc/rest-api/search/
 */
export const algolia = defineApp({
  slug: "algolia",
  name: "Algolia",
  description: "Indices and search in Algolia.",
  categories: ["search"],
  docsUrl: "https://www.algolia.com/doc/rest-api/search/",
  baseUrl: "https://{application_id}.algolia.net/1",
  headers: { "x-algolia-application-id": "{application_id}" },
  connectionParams: [
    {
      name: "application_id",
      displayName: "Application ID",
      description: "From the API keys page",
      pattern: "[A-Za-z0-9]{6,32}",
    },
  ],
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "X-Algolia-API-Key" }] }],
});
