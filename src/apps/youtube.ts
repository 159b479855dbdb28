import { defineApp } from "../ports/app.js";
import { googleOAuth2 } from "./internal/google.js";

/**
 * YouTube. A Google account may have several channels: the grant is for the one the user has chosen.
 *
 * Source: https://developers.google.com/youtube/v3/guides/authentication,
 * https://developers.google.com/youtube/v3/docs/channels/list
 */
export const youtube = defineApp({
  slug: "youtube",
  name: "YouTube",
  description: "Channels, videos and playlists on YouTube.",
  categories: ["media"],
  docsUrl: "https://developers.google.com/youtube/v3/docs",
  baseUrl: "https://www.googleapis.com/youtube/v3",
  authSchemes: [{ ...googleOAuth2, scopes: ["https://www.googleapis.com/auth/youtube.readonly"] }],
  account: { url: "/channels?part=snippet&mine=true", id: "items.0.id", label: "items.0.snippet.title" },
});
