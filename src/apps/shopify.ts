import { defineApp } from "../ports/app.js";

/**
 * Shopify: each shop is a host of its own, and the token goes into a header of its own. The API version is in the path.
 * Tokens are asked for that live an hour and come with a refresh token: of public apps, others are refused from 2027 on.
 *
 * Source: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant,
 * https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens, https://shopify.dev/docs/api/admin-rest
 */
export const shopify = defineApp({
  slug: "shopify",
  name: "Shopify",
  description: "Products, orders and customers of a Shopify shop.",
  categories: ["e-commerce"],
  docsUrl: "https://shopify.dev/docs/api",
  baseUrl: "https://{shop}.myshopify.com/admin/api/2026-07",
  connectionParams: [
    {
      name: "shop",
      displayName: "Shop",
      description: "What stands before `.myshopify.com`",
      pattern: "[a-zA-Z0-9][a-zA-Z0-9-]{0,62}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://{shop}.myshopify.com/admin/oauth/authorize",
      tokenUrl: "https://{shop}.myshopify.com/admin/oauth/access_token",
      scopes: ["read_products"],
      scopeSeparator: ",",
      pkce: false,
      tokenParams: { expiring: "1" },
      accessToken: { in: "header", name: "X-Shopify-Access-Token", template: "{token}" },
      // Uninstalls the app. Source: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/uninstall-app-api-request
      revocationRequest: {
        method: "DELETE",
        url: "https://{shop}.myshopify.com/admin/api_permissions/current.json",
        authentication: "none",
        headers: { "x-shopify-access-token": "{token}" },
      },
    },
  ],
  // Source: https://shopify.dev/docs/api/admin-rest/latest/resources/shop
  account: { url: "/shop.json", id: "shop.id", email: "shop.email", label: "shop.name" },
});
