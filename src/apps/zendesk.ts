import { defineApp } from "../ports/app.js";

/**
 * Zendesk: each account is a host of its own. An API token is the password to the user name `email/token`.
 *
 * No revocation: a token is revoked by its id, which the token response does not tell.
 *
 * Source: https://developer.zendesk.com/api-reference/introduction/security-and-auth/, https://support.zendesk.com/hc/en-us/articles/4408845965210
 */
export const zendesk = defineApp({
  slug: "zendesk",
  name: "Zendesk",
  description: "Tickets, users and help centres in Zendesk.",
  categories: ["support"],
  docsUrl: "https://developer.zendesk.com/api-reference/",
  baseUrl: "https://{subdomain}.zendesk.com/api/v2",
  connectionParams: [
    { name: "subdomain", displayName: "Subdomain", description: "What stands before `.zendesk.com`" },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://{subdomain}.zendesk.com/oauth/authorizations/new",
      tokenUrl: "https://{subdomain}.zendesk.com/oauth/tokens",
      tokenRequestFormat: "json",
      scopes: ["read"],
    },
    {
      scheme: "BASIC",
      username: { displayName: "Email", description: "Email of the agent", template: "{username}/token" },
      password: { displayName: "API token", description: "From the Admin Center", template: "{password}" },
    },
  ],
  account: { url: "/users/me.json", id: "user.id", email: "user.email", label: "user.name" },
});
