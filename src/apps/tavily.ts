import { defineApp } from "../ports/app.js";

/**
 * Tavily.
 *
 * Source: https://docs.tavily.com/documentation/api-reference/introduction
 */
export const tavily = defineApp({
  slug: "tavily",
  name: "Tavily",
  description: "Web search for agents by Tavily.",
  categories: ["search"],
  docsUrl: "https://docs.tavily.com/documentation/api-reference/introduction",
  baseUrl: "https://api.tavily.com",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
