import { defineApp } from "../ports/app.js";

/**
 * PayPal: a merchant's own REST app gets tokens without a user, and another one when they end. The sandbox is a host of its own.
 *
 * No revocation: the documentation names none, and PayPal gives all who ask for the app the same token until it ends.
 *
 * Source: https://developer.paypal.com/api/rest/authentication/, https://developer.paypal.com/api/rest/
 */
export const paypal = defineApp({
  slug: "paypal",
  name: "PayPal",
  description: "Orders, payments and invoices of a PayPal merchant.",
  categories: ["payments"],
  docsUrl: "https://developer.paypal.com/api/rest/",
  baseUrl: "https://{host}",
  connectionParams: [
    {
      name: "host",
      displayName: "Environment",
      description: "Live or sandbox",
      required: false,
      default: "api-m.paypal.com",
      choices: ["api-m.paypal.com", "api-m.sandbox.paypal.com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      grantType: "client_credentials",
      // The app belongs to the merchant it gets tokens for.
      clientOwner: "connection",
      tokenUrl: "https://{host}/v1/oauth2/token",
      clientAuthentication: "client_secret_basic",
    },
  ],
});
