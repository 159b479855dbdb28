import { defineApp } from "../ports/app.js";

/**
 * Anthropic: the version header is required.
 *
 * Source: https://docs.claude.com/en/api/overview, https://docs.claude.com/en/api/versioning
 */
export const anthropic = defineApp({
  slug: "anthropic",
  name: "Anthropic",
  description: "Messages and models of Anthropic.",
  categories: ["ai"],
  docsUrl: "https://docs.claude.com/en/api/overview",
  baseUrl: "https://api.anthropic.com/v1",
  headers: { "anthropic-version": "2023-06-01" },
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "x-api-key" }] }],
});
