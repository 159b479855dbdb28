import { defineApp } from "../ports/app.js";

/**
 * Cloudflare, with an API token. A token says who it is, not whose.
 *
 * Source: https://developers.cloudflare.com/fundamentals/api/get-started/create-token/
 */
export const cloudflare = defineApp({
  slug: "cloudflare",
  name: "Cloudflare",
  description: "Zones, DNS and Workers at Cloudflare.",
  categories: ["infrastructure"],
  docsUrl: "https://developers.cloudflare.com/api/",
  baseUrl: "https://api.cloudflare.com/client/v4",
  authSchemes: [{ scheme: "BEARER_TOKEN" }],
  account: { url: "/user/tokens/verify", id: "result.id" },
});
