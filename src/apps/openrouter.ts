import { defineApp } from "../ports/app.js";

/**
 * OpenRouter.
 *
 * Source: https://openrouter.ai/docs/api-reference/authentication
 */
export const openrouter = defineApp({
  slug: "openrouter",
  name: "OpenRouter",
  description: "Models of many providers by OpenRouter.",
  categories: ["ai"],
  docsUrl: "https://openrouter.ai/docs/api-reference/overview",
  baseUrl: "https://openrouter.ai/api/v1",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
