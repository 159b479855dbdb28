import { defineApp } from "../ports/app.js";

/**
 * Binance: query and form are signed with their timestamp, and the signature is a parameter itself. That is what endpoints
 * of the kinds TRADE and USER_DATA take; market data needs no connection, and refuses parameters it does not know.
 *
 * Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/endpoint-security-type,
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/limits,
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
 */
export const binance = defineApp({
  slug: "binance",
  name: "Binance",
  description: "Balances and orders of a spot account at Binance.",
  categories: ["finance"],
  docsUrl: "https://developers.binance.com/docs/binance-spot-api-docs/rest-api",
  baseUrl: "https://api.binance.com/api/v3",
  authSchemes: [
    {
      scheme: "HMAC",
      key: { name: "api_secret", displayName: "Secret key", description: "Shown once, with the API key" },
      fields: [{ name: "api_key", displayName: "API key", description: "From API management" }],
      canonical: ["{query}{body}"],
      timestamp: "milliseconds",
      placements: [
        { in: "header", name: "X-MBX-APIKEY", template: "{api_key}" },
        { in: "query", name: "timestamp", template: "{timestamp}" },
        { in: "query", name: "signature" },
      ],
    },
  ],
  // A client that goes on after 429 is banned for a while, and told until when.
  rateLimit: { statuses: [418] },
  account: { url: "/account", id: "uid" },
});
