import { defineApp } from "../ports/app.js";

/**
 * Twilio: the account SID, or an API key, is the user name.
 *
 * Source: https://www.twilio.com/docs/usage/requests-to-twilio
 */
export const twilio = defineApp({
  slug: "twilio",
  name: "Twilio",
  description: "Messages and calls with Twilio.",
  categories: ["communication"],
  docsUrl: "https://www.twilio.com/docs/usage/api",
  baseUrl: "https://api.twilio.com/2010-04-01",
  authSchemes: [
    {
      scheme: "BASIC",
      username: {
        displayName: "Account SID or API key",
        description: "Begins with `AC` or `SK`",
        template: "{username}",
      },
      password: {
        displayName: "Auth token or key secret",
        description: "What belongs to it",
        template: "{password}",
      },
    },
  ],
});
