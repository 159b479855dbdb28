import { defineApp } from "../ports/app.js";

/**
 * monday.com: one GraphQL endpoint. OAuth tokens do not expire; a personal token goes into the header as it is.
 *
 * No revocation: monday.com documents none; an account admin uninstalls the app.
 *
 * Source: https://developer.monday.com/apps/docs/oauth,
 * https://developer.monday.com/api-reference/docs/authentication
 */
export const monday = defineApp({
  slug: "monday",
  name: "monday.com",
  description: "Boards, items and updates on monday.com.",
  categories: ["project management"],
  docsUrl: "https://developer.monday.com/api-reference/",
  baseUrl: "https://api.monday.com/v2",
  headers: { "api-version": "2026-10" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://auth.monday.com/oauth2/authorize",
      tokenUrl: "https://auth.monday.com/oauth2/token",
      scopes: ["me:read", "boards:read"],
    },
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "{api_key}" }],
      displayName: "API token",
    },
  ],
  account: {
    method: "POST",
    url: "https://api.monday.com/v2",
    json: { query: "{ me { id email name } }" },
    id: "data.me.id",
    email: "data.me.email",
    label: "data.me.name",
  },
});
