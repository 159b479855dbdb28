import { defineApp } from "../ports/app.js";

/**
 * Kraken: every call is a form that is posted, with a nonce in it that only grows. Signed is the path together with a
 * SHA-256 of nonce and form. Errors come with status 200, in a list named `error`.
 *
 * Source: https://docs.kraken.com/api/docs/guides/spot-rest-auth, https://docs.kraken.com/api/docs/guides/spot-rest-intro
 */
export const kraken = defineApp({
  slug: "kraken",
  name: "Kraken",
  description: "Balances and orders of a spot account at Kraken.",
  categories: ["finance"],
  docsUrl: "https://docs.kraken.com/api/",
  baseUrl: "https://api.kraken.com/0/private",
  headers: { "user-agent": "mooring" },
  failure: { path: "error.0", not: "", message: "error.0" },
  authSchemes: [
    {
      scheme: "HMAC",
      hash: "SHA-512",
      key: {
        name: "private_key",
        displayName: "Private key",
        description: "Of an API key pair",
        encoding: "base64",
      },
      fields: [{ name: "api_key", displayName: "API key", description: "The public half of the pair" }],
      canonical: ["{path}{inner_hash}"],
      innerHash: { hash: "SHA-256", canonical: ["{nonce}{body}"] },
      nonce: "increasing",
      encoding: "base64",
      placements: [
        { in: "form", name: "nonce", template: "{nonce}" },
        { in: "header", name: "API-Key", template: "{api_key}" },
        { in: "header", name: "API-Sign" },
      ],
    },
  ],
});
