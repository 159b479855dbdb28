import { defineApp } from "../ports/app.js";

/**
 * Zendesk: each account is a host of its own. Tokens live half an hour where the client was made since 30 April 2026. An API
 * token is the password to the user name `email/token`: none can be made since 27 October 2026, and the last ends on 30 April
 * 2027.
 *
 * Source: https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/, https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/, https://developer.zendesk.com/api-reference/introduction/security-and-auth/, https://support.zendesk.com/hc/en-us/articles/4408845965210
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
      // Source: https://developer.zendesk.com/documentation/api-basics/authentication/revoking-oauth-token/
      revocationRequest: {
        method: "DELETE",
        url: "https://{subdomain}.zendesk.com/api/v2/oauth/tokens/current.json",
        authentication: "bearer",
      },
    },
    {
      scheme: "BASIC",
      username: { displayName: "Email", description: "Email of the agent", template: "{username}/token" },
      password: { displayName: "API token", description: "From the Admin Center", template: "{password}" },
    },
  ],
  account: { url: "/users/me.json", id: "user.id", email: "user.email", label: "user.name" },
});
