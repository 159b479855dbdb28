import { defineApp } from "../ports/app.js";

/**
 * OpenAI.
 *
 * Source: https://platform.openai.com/docs/api-reference/authentication
 */
export const openai = defineApp({
  slug: "openai",
  name: "OpenAI",
  description: "Models, responses and files of OpenAI.",
  categories: ["ai"],
  docsUrl: "https://platform.openai.com/docs/api-reference",
  baseUrl: "https://api.openai.com/v1",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
