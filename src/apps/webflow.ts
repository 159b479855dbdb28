import { defineApp } from "../ports/app.js";

/**
 * Webflow: tokens do not expire.
 *
 * Source: https://developers.webflow.com/data/reference/oauth-app
 */
export const webflow = defineApp({
  slug: "webflow",
  name: "Webflow",
  description: "Sites and CMS collections in Webflow.",
  categories: ["websites"],
  docsUrl: "https://developers.webflow.com/data/reference",
  baseUrl: "https://api.webflow.com/v2",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://webflow.com/oauth/authorize",
      tokenUrl: "https://api.webflow.com/oauth/access_token",
      revocationRequest: {
        method: "POST",
        url: "https://webflow.com/oauth/revoke_authorization",
        authentication: "none",
        json: { client_id: "{client_id}", client_secret: "{client_secret}", access_token: "{token}" },
      },
      scopes: ["authorized_user:read", "sites:read", "cms:read"],
    },
  ],
  account: { url: "/token/authorized_by", id: "id", email: "email", label: "firstName" },
});
