import { defineApp } from "../ports/app.js";

/**
 * Mistral AI.
 *
 * Source: https://docs.mistral.ai/api/
 */
export const mistral = defineApp({
  slug: "mistral",
  name: "Mistral",
  description: "Models by Mistral AI.",
  categories: ["ai"],
  docsUrl: "https://docs.mistral.ai/api/",
  baseUrl: "https://api.mistral.ai/v1",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
