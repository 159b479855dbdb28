import { defineApp } from "../ports/app.js";

/**
 * Mailgun: the user name is `api`, the key its password; the EU is a host of its own.
 *
 * Source: https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth
 */
export const mailgun = defineApp({
  slug: "mailgun",
  name: "Mailgun",
  description: "Email sent with Mailgun.",
  categories: ["email"],
  docsUrl: "https://documentation.mailgun.com/docs/mailgun/api-reference/",
  baseUrl: "https://{host}",
  connectionParams: [
    {
      name: "host",
      displayName: "Region",
      description: "`api.mailgun.net`, or `api.eu.mailgun.net`",
      required: false,
      default: "api.mailgun.net",
      choices: ["api.mailgun.net", "api.eu.mailgun.net"],
    },
  ],
  authSchemes: [
    {
      scheme: "BASIC",
      username: { displayName: "User name", description: "Leave it empty", template: "api", required: false },
      password: { displayName: "API key", description: "Private API key", template: "{password}" },
    },
  ],
});
