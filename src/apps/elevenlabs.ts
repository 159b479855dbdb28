import { defineApp } from "../ports/app.js";

/**
 * ElevenLabs.
 *
 * Source: https://elevenlabs.io/docs/api-reference/authentication
 */
export const elevenlabs = defineApp({
  slug: "elevenlabs",
  name: "ElevenLabs",
  description: "Speech and voices by ElevenLabs.",
  categories: ["ai"],
  docsUrl: "https://elevenlabs.io/docs/api-reference",
  baseUrl: "https://api.elevenlabs.io/v1",
  authSchemes: [
    { scheme: "API_KEY", placements: [{ in: "header", name: "xi-api-key", template: "{api_key}" }] },
  ],
  account: { url: "/user", id: "user_id" },
});
