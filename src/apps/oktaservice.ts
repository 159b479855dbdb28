import { defineApp } from "../ports/app.js";

/**
 * Okta, as a service app: nobody logs in, and the app's key signs for a token of an hour. Scopes of the API are only granted
 * to clients that authenticate like this. Proof of possession must be off in the service app's settings.
 *
 * Source: https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/,
 * https://developer.okta.com/docs/guides/build-self-signed-jwt/
 */
export const oktaservice = defineApp({
  slug: "oktaservice",
  name: "Okta (service app)",
  description: "Users, groups and applications of an Okta organisation, without a user.",
  categories: ["identity"],
  docsUrl: "https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/",
  baseUrl: "https://{domain}/api/v1",
  connectionParams: [
    {
      name: "domain",
      displayName: "Okta domain",
      description: "Such as `acme.okta.com`",
      pattern: "[a-z0-9-]+\\.(?:okta|oktapreview|okta-emea)\\.com",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      grantType: "client_credentials",
      // Each organisation has service apps of its own.
      clientOwner: "connection",
      tokenUrl: "https://{domain}/oauth2/v1/token",
      // Source: https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/orgas/revoke
      revocationUrl: "https://{domain}/oauth2/v1/revoke",
      scopes: ["okta.users.read"],
      clientAuthentication: "private_key_jwt",
      clientAssertion: { audience: "token_endpoint" },
    },
  ],
  // Source: https://developer.okta.com/docs/reference/rl2-monitor/
  rateLimit: { remaining: "x-rate-limit-remaining", reset: { header: "x-rate-limit-reset", unit: "epoch" } },
});
