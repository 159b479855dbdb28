import { defineApp } from "../ports/app.js";

/**
 * Smartsheet: instead of the secret, a hash of it and the code goes to the token endpoint.
 *
 * Source: https://developers.smartsheet.com/api/smartsheet/guides/advanced-topics/oauth-2.0, https://developers.smartsheet.com/api/smartsheet/openapi/token/gettoken
 */
export const smartsheet = defineApp({
  slug: "smartsheet",
  name: "Smartsheet",
  description: "Sheets, rows and reports in Smartsheet.",
  categories: ["project management"],
  docsUrl: "https://developers.smartsheet.com/api/smartsheet/openapi",
  baseUrl: "https://api.smartsheet.com/2.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://app.smartsheet.com/b/authorize",
      tokenUrl: "https://api.smartsheet.com/2.0/token",
      scopes: ["READ_SHEETS"],
      pkce: false,
      tokenParameterNames: { client_secret: null, redirect_uri: null },
      tokenRequestSignature: {
        algorithm: "sha256",
        input: "{client_secret}|{grant}",
        in: "parameter",
        name: "hash",
      },
      revocationRequest: {
        method: "DELETE",
        url: "https://api.smartsheet.com/2.0/token",
        authentication: "bearer",
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
  account: { url: "/users/me", id: "id", email: "email", label: "email" },
});
