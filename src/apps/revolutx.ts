import { defineApp } from "../ports/app.js";

/**
 * Revolut X: requests are signed with an Ed25519 key the user makes, whose public half they upload.
 *
 * Source: https://developer.revolut.com/docs/guides/crypto-exchange/get-started/authenticate-requests
 */
export const revolutx = defineApp({
  slug: "revolutx",
  name: "Revolut X",
  description: "Balances and orders at the crypto exchange of Revolut.",
  categories: ["finance"],
  docsUrl: "https://developer.revolut.com/docs/x-api/revolut-x-crypto-exchange-rest-api",
  baseUrl: "https://revx.revolut.com/api/1.0",
  authSchemes: [
    {
      scheme: "HMAC",
      construction: "ed25519",
      key: {
        name: "private_key",
        displayName: "Private key",
        description: "The Ed25519 key whose public half is with your API key (PEM)",
      },
      fields: [
        {
          name: "api_key",
          displayName: "API key",
          description: "64 letters and digits, from your profile",
          pattern: "[A-Za-z0-9]{64}",
        },
      ],
      canonical: ["{timestamp}{method}{path}{query}{body}"],
      timestamp: "milliseconds",
      encoding: "base64",
      placements: [
        { in: "header", name: "X-Revx-API-Key", template: "{api_key}" },
        { in: "header", name: "X-Revx-Timestamp", template: "{timestamp}" },
        { in: "header", name: "X-Revx-Signature" },
      ],
    },
  ],
});
