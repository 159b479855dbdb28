import { defineApp } from "../ports/app.js";

/**
 * ClickUp: no scopes, the user chooses workspaces; tokens do not expire. A personal token goes into the header as
 * it is.
 *
 * No revocation: ClickUp documents none; the user disconnects the app in the settings.
 *
 * Source: https://developer.clickup.com/docs/authentication
 */
export const clickup = defineApp({
  slug: "clickup",
  name: "ClickUp",
  description: "Tasks, lists and spaces in ClickUp.",
  categories: ["project management"],
  docsUrl: "https://developer.clickup.com/reference",
  baseUrl: "https://api.clickup.com/api/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.clickup.com/api",
      tokenUrl: "https://api.clickup.com/api/v2/oauth/token",
    },
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "{api_key}" }],
      displayName: "Personal API token",
    },
  ],
  account: { url: "/user", id: "user.id", email: "user.email", label: "user.username" },
});
