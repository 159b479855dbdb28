import { defineApp } from "../ports/app.js";

/**
 * Freshdesk: the key is the user name; the password may be anything.
 *
 * Source: https://developers.freshdesk.com/api/#authentication
 */
export const freshdesk = defineApp({
  slug: "freshdesk",
  name: "Freshdesk",
  description: "Tickets, contacts and agents in Freshdesk.",
  categories: ["support"],
  docsUrl: "https://developers.freshdesk.com/api/",
  baseUrl: "https://{subdomain}.freshdesk.com/api/v2",
  connectionParams: [
    { name: "subdomain", displayName: "Subdomain", description: "What stands before `.freshdesk.com`" },
  ],
  authSchemes: [
    {
      scheme: "BASIC",
      username: { displayName: "API key", description: "From the profile settings", template: "{username}" },
      password: { displayName: "Password", description: "Leave it empty", template: "X", required: false },
    },
  ],
  account: { url: "/agents/me", id: "id", email: "contact.email", label: "contact.name" },
});
