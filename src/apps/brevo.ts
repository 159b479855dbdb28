import { defineApp } from "../ports/app.js";

/**
 * Brevo.
 *
 * Source: https://developers.brevo.com/docs/getting-started
 */
export const brevo = defineApp({
  slug: "brevo",
  name: "Brevo",
  description: "Email campaigns and contacts in Brevo.",
  categories: ["email"],
  docsUrl: "https://developers.brevo.com/reference",
  baseUrl: "https://api.brevo.com/v3",
  authSchemes: [
    { scheme: "API_KEY", placements: [{ in: "header", name: "api-key", template: "{api_key}" }] },
  ],
  account: { url: "/account", id: "email", email: "email", label: "companyName" },
});
