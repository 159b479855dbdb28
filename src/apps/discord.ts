import { defineApp } from "../ports/app.js";

/**
 * Discord: requests want a user agent of a certain form, and its rate limits count from now.
 *
 * Source: https://docs.discord.com/developers/topics/oauth2, https://docs.discord.com/developers/topics/rate-limits, https://docs.discord.com/developers/reference#user-agent
 */
export const discord = defineApp({
  slug: "discord",
  name: "Discord",
  description: "Users, servers and messages in Discord.",
  categories: ["communication"],
  docsUrl: "https://docs.discord.com/developers/reference",
  baseUrl: "https://discord.com/api/v10",
  headers: { "user-agent": "DiscordBot (https://www.npmjs.com/package/mooring, 1)" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://discord.com/oauth2/authorize",
      tokenUrl: "https://discord.com/api/oauth2/token",
      revocationUrl: "https://discord.com/api/oauth2/token/revoke",
      clientAuthentication: "client_secret_basic",
      scopes: ["identify", "email"],
    },
    { scheme: "BEARER_TOKEN", template: "Bot {token}" },
  ],
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset-after", unit: "seconds" },
  },
  account: { url: "/users/@me", id: "id", email: "email", label: "username" },
});
