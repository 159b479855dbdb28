import { defineApp } from "../ports/app.js";

/**
 * Spotify.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export const spotify = defineApp({
  slug: "spotify",
  name: "Spotify",
  description: "Music, playlists and playback in Spotify.",
  categories: ["music"],
  docsUrl: "https://developer.spotify.com/documentation/web-api",
  baseUrl: "https://api.spotify.com/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://accounts.spotify.com/authorize",
      tokenUrl: "https://accounts.spotify.com/api/token",
      clientAuthentication: "client_secret_basic",
      scopes: ["user-read-email", "user-read-private"],
    },
  ],
  // Unlike `id`, it stays the same. Source: https://developer.spotify.com/documentation/web-api/references/changes/may-2026
  account: { url: "/me", id: "account_id", email: "email", label: "display_name" },
});
