import { defineApp } from "../ports/app.js";

/**
 * Zoom, server to server: an account's own app gets a token for that account by a grant of Zoom's making. There is no refresh
 * token, and the token lives an hour.
 *
 * Source: https://developers.zoom.us/docs/internal-apps/s2s-oauth/, https://developers.zoom.us/docs/rooms/s2s-oauth/,
 * https://github.com/zoom/skills/blob/main/skills/oauth/SKILL.md (Zoom's own: one revocation for all grant types)
 */
export const zoomserver = defineApp({
  slug: "zoomserver",
  name: "Zoom (server to server)",
  description: "Meetings and users of a Zoom account, without a user.",
  categories: ["communication"],
  docsUrl: "https://developers.zoom.us/docs/api/",
  baseUrl: "https://api.zoom.us/v2",
  connectionParams: [
    {
      name: "account_id",
      displayName: "Account id",
      description: "Of the server-to-server app's credentials",
      pattern: "[A-Za-z0-9_-]{1,64}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      grantType: "client_credentials",
      // The app belongs to the account it gets tokens for.
      clientOwner: "connection",
      tokenUrl: "https://zoom.us/oauth/token",
      clientAuthentication: "client_secret_basic",
      tokenParams: { grant_type: "account_credentials", account_id: "{account_id}" },
      revocationRequest: {
        method: "POST",
        url: "https://zoom.us/oauth/revoke",
        authentication: "client_secret_basic",
        form: { token: "{token}" },
      },
    },
  ],
});
