import { defineApp } from "../ports/app.js";

/**
 * Resend: requests without a user agent are refused.
 *
 * Source: https://resend.com/docs/api-reference/introduction
 */
export const resend = defineApp({
  slug: "resend",
  name: "Resend",
  description: "Email by Resend.",
  categories: ["email"],
  docsUrl: "https://resend.com/docs/api-reference/introduction",
  baseUrl: "https://api.resend.com",
  headers: { "user-agent": "mooring" },
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
