import { defineApp } from "../ports/app.js";

/**
 * Perplexity.
 *
 * Source: https://docs.perplexity.ai/api-reference/chat-completions-post
 */
export const perplexity = defineApp({
  slug: "perplexity",
  name: "Perplexity",
  description: "Answers from the web by Perplexity.",
  categories: ["ai"],
  docsUrl: "https://docs.perplexity.ai/api-reference",
  baseUrl: "https://api.perplexity.ai",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
