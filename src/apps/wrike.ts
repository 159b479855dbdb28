import { defineApp } from "../ports/app.js";

/**
 * Wrike: the token response says which data center the account is in; the API is there only.
 *
 * No revocation: Wrike documents none; the user removes the app under "Apps & Integrations".
 *
 * Source: https://developers.wrike.com/oauth-20-authorization/
 */
export const wrike = defineApp({
  slug: "wrike",
  name: "Wrike",
  description: "Tasks, folders and spaces in Wrike.",
  categories: ["project management"],
  docsUrl: "https://developers.wrike.com/",
  baseUrl: "https://{host}/api/v4",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://login.wrike.com/oauth2/authorize/v4",
      tokenUrl: "https://login.wrike.com/oauth2/token",
      scopes: ["amReadOnlyUser"],
      scopeSeparator: ",",
      tokenResponse: {
        metadata: { host: { path: "host", pattern: "([\\w-]+(?:\\.[\\w-]+)*\\.wrike\\.com)" } },
      },
    },
  ],
  account: {
    url: "/contacts?me=true",
    id: "data.0.id",
    email: "data.0.primaryEmail",
    label: "data.0.firstName",
  },
});
