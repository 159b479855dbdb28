import { defineApp } from "../ports/app.js";

/**
 * Greenhouse's Harvest API: the key is the user name, the password is empty.
 *
 * Source: https://developers.greenhouse.io/harvest.html#authentication
 */
export const greenhouse = defineApp({
  slug: "greenhouse",
  name: "Greenhouse",
  description: "Candidates, jobs and applications in Greenhouse.",
  categories: ["recruiting"],
  docsUrl: "https://developers.greenhouse.io/harvest.html",
  baseUrl: "https://harvest.greenhouse.io/v1",
  authSchemes: [
    {
      scheme: "BASIC",
      username: { displayName: "API key", description: "Harvest API key", template: "{username}" },
      password: { displayName: "Password", description: "Leave it empty", template: "", required: false },
    },
  ],
});
