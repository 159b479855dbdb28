import { defineApp } from "../ports/app.js";

/**
 * Revolut Business: the client shows who it is with a JWT whose `aud` is one text for everybody and whose `iss` is the host
 * of the redirect URI. Scopes, which are left out to ask for all, are joined with commas. Sandboxes have hosts of their own,
 * for the browser and for the API.
 *
 * No revocation: the user takes the consent back in the API settings.
 *
 * Source: https://developer.revolut.com/docs/guides/manage-accounts/get-started/make-your-first-api-request,
 * https://developer.revolut.com/docs/business/business-api/
 */
export const revolut = defineApp({
  slug: "revolut",
  name: "Revolut Business",
  description: "Accounts, payments and cards of a business at Revolut.",
  categories: ["banking"],
  docsUrl: "https://developer.revolut.com/docs/business/business-api/",
  baseUrl: "https://{api_host}/api/1.0",
  connectionParams: [
    {
      name: "login_host",
      displayName: "Environment",
      description: "Where the user logs in",
      required: false,
      default: "business.revolut.com",
      choices: ["business.revolut.com", "sandbox-business.revolut.com"],
    },
    {
      name: "api_host",
      displayName: "API host",
      description: "Of the same environment",
      required: false,
      default: "b2b.revolut.com",
      choices: ["b2b.revolut.com", "sandbox-b2b.revolut.com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://{login_host}/app-confirm",
      tokenUrl: "https://{api_host}/api/1.0/auth/token",
      scopeSeparator: ",",
      pkce: false,
      clientAuthentication: "private_key_jwt",
      clientAssertion: { audience: "https://revolut.com", issuer: "{redirect_host}" },
    },
  ],
});
