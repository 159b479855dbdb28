import { defineApp } from "../ports/app.js";

/**
 * Exa.
 *
 * Source: https://docs.exa.ai/reference/search
 */
export const exa = defineApp({
  slug: "exa",
  name: "Exa",
  description: "Web search for agents by Exa.",
  categories: ["search"],
  docsUrl: "https://docs.exa.ai/reference/getting-started",
  baseUrl: "https://api.exa.ai",
  authSchemes: [
    { scheme: "API_KEY", placements: [{ in: "header", name: "x-api-key", template: "{api_key}" }] },
  ],
});
