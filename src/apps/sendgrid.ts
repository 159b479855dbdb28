import { defineApp } from "../ports/app.js";

/**
 * SendGrid.
 *
 * Source: https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/authentication
 */
export const sendgrid = defineApp({
  slug: "sendgrid",
  name: "SendGrid",
  description: "Email sent with SendGrid.",
  categories: ["email"],
  docsUrl: "https://www.twilio.com/docs/sendgrid/api-reference",
  baseUrl: "https://api.sendgrid.com/v3",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
});
