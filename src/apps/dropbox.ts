import { defineApp } from "../ports/app.js";

/**
 * Dropbox: a refresh token is given only when asked for.
 *
 * Source: https://www.dropbox.com/developers/documentation/http/documentation, https://developers.dropbox.com/oauth-guide
 */
export const dropbox = defineApp({
  slug: "dropbox",
  name: "Dropbox",
  description: "Files and folders in Dropbox.",
  categories: ["storage"],
  docsUrl: "https://www.dropbox.com/developers/documentation/http/documentation",
  baseUrl: "https://api.dropboxapi.com/2",
  origins: ["https://content.dropboxapi.com"],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.dropbox.com/oauth2/authorize",
      tokenUrl: "https://api.dropboxapi.com/oauth2/token",
      scopes: ["account_info.read", "files.metadata.read"],
      authorizationParams: { token_access_type: "offline" },
      revocationRequest: {
        method: "POST",
        url: "https://api.dropboxapi.com/2/auth/token/revoke",
        authentication: "bearer",
      },
    },
  ],
  account: {
    method: "POST",
    url: "/users/get_current_account",
    id: "account_id",
    email: "email",
    label: "name.display_name",
  },
});
