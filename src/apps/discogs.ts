import { defineApp } from "../ports/app.js";

/**
 * Discogs: signatures are the secrets themselves (PLAINTEXT), the request token is fetched with GET, the access token with
 * POST, and a request without `User-Agent` is refused. No revocation: users end it in their settings.
 *
 * Source: https://www.discogs.com/developers#page:authentication
 */
export const discogs = defineApp({
  slug: "discogs",
  name: "Discogs",
  description: "Music releases, collections and wantlists at Discogs.",
  categories: ["music"],
  docsUrl: "https://www.discogs.com/developers",
  baseUrl: "https://api.discogs.com",
  headers: { "user-agent": "mooring" },
  authSchemes: [
    {
      scheme: "OAUTH1",
      requestTokenUrl: "https://api.discogs.com/oauth/request_token",
      authorizationUrl: "https://www.discogs.com/oauth/authorize",
      accessTokenUrl: "https://api.discogs.com/oauth/access_token",
      requestTokenMethod: "GET",
      signatureMethod: "PLAINTEXT",
      verifier: "required",
    },
  ],
  account: { url: "/oauth/identity", id: "id", label: "username" },
});
