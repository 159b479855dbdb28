import { defineApp } from "../ports/app.js";

/**
 * BigCommerce: the store is a `context` of its own in both requests, and the token goes into a header of its own.
 *
 * No revocation: the merchant uninstalls the app.
 *
 * Source: https://developer.bigcommerce.com/docs/integrations/apps/guide/auth
 */
export const bigcommerce = defineApp({
  slug: "bigcommerce",
  name: "BigCommerce",
  description: "Products, orders and customers of a BigCommerce store.",
  categories: ["e-commerce"],
  docsUrl: "https://developer.bigcommerce.com/docs/rest-management",
  baseUrl: "https://api.bigcommerce.com/stores/{store_hash}",
  headers: { accept: "application/json" },
  connectionParams: [
    {
      name: "store_hash",
      displayName: "Store hash",
      description: "What stands between `store-` and `.mybigcommerce.com`",
      pattern: "[a-z0-9]{4,32}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      // Not in the documentation, where installs start in the control panel or at a URL that takes no `state`.
      authorizationUrl: "https://login.bigcommerce.com/oauth2/authorize",
      tokenUrl: "https://login.bigcommerce.com/oauth2/token",
      scopes: ["store_v2_products_read_only", "store_v2_information_read_only"],
      authorizationParams: { context: "stores/{store_hash}" },
      tokenParams: { context: "stores/{store_hash}" },
      pkce: false,
      accessToken: { in: "header", name: "X-Auth-Token", template: "{token}" },
    },
  ],
  // Source: https://developer.bigcommerce.com/docs/rest-management/store-information
  account: { url: "/v2/store", id: "id", email: "admin_email", label: "name" },
});
