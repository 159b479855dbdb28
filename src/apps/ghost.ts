import { defineApp } from "../ports/app.js";

/**
 * Ghost's Admin API: a key of the form `id:secret` signs a token of five minutes.
 *
 * Source: https://docs.ghost.org/admin-api/#token-authentication
 */
export const ghost = defineApp({
  slug: "ghost",
  name: "Ghost",
  description: "Posts, pages and members of a Ghost site.",
  categories: ["publishing"],
  docsUrl: "https://docs.ghost.org/admin-api/",
  baseUrl: "https://{domain}/ghost/api/admin",
  headers: { "accept-version": "v5.0" },
  connectionParams: [
    {
      name: "domain",
      displayName: "Admin domain",
      description: "Such as `demo.ghost.io`",
      pattern: "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}",
    },
  ],
  authSchemes: [
    {
      scheme: "JWT",
      algorithm: "HS256",
      key: {
        name: "admin_key",
        displayName: "Admin API key",
        description: "From a custom integration",
        encoding: "hex",
        idPrefix: {},
      },
      header: { typ: "JWT", kid: "{key_id}" },
      claims: { aud: "/admin/" },
      lifetimeSeconds: 300,
      placement: { template: "Ghost {token}" },
    },
  ],
});
