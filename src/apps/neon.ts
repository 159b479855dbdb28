import { defineApp } from "../ports/app.js";

/**
 * Neon, with a personal API key.
 *
 * Source: https://neon.com/docs/manage/api-keys
 */
export const neon = defineApp({
  slug: "neon",
  name: "Neon",
  description: "Postgres projects and branches at Neon.",
  categories: ["infrastructure"],
  docsUrl: "https://api-docs.neon.tech/reference/getting-started-with-neon-api",
  baseUrl: "https://console.neon.tech/api/v2",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
  account: { url: "/users/me", id: "id", email: "email", label: "name" },
});
