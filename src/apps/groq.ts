import { defineApp } from "../ports/app.js";

/**
 * Groq, in OpenAI's form.
 *
 * Source: https://console.groq.com/docs/api-reference
 */
export const groq = defineApp({
  slug: "groq",
  name: "Groq",
  description: "Models served by Groq.",
  categories: ["ai"],
  docsUrl: "https://console.groq.com/docs/api-reference",
  baseUrl: "https://api.groq.com/openai/v1",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
