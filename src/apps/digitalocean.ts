import { defineApp } from "../ports/app.js";

/**
 * DigitalOcean: tokens live 30 days, refresh tokens rotate.
 *
 * Source: https://docs.digitalocean.com/reference/api/oauth/
 */
export const digitalocean = defineApp({
  slug: "digitalocean",
  name: "DigitalOcean",
  description: "Droplets, databases and domains at DigitalOcean.",
  categories: ["infrastructure"],
  docsUrl: "https://docs.digitalocean.com/reference/api/",
  baseUrl: "https://api.digitalocean.com/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://cloud.digitalocean.com/v1/oauth/authorize",
      tokenUrl: "https://cloud.digitalocean.com/v1/oauth/token",
      scopes: ["read"],
      // The access token revokes itself.
      revocationRequest: {
        method: "POST",
        url: "https://cloud.digitalocean.com/v1/oauth/revoke",
        authentication: "bearer",
        form: { token: "{token}" },
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
  account: { url: "/account", id: "account.uuid", email: "account.email", label: "account.email" },
});
