import { defineApp } from "../ports/app.js";

/**
 * Docusign: production and demo log in at different hosts; the user info says which host has the account.
 *
 * No revocation: Docusign documents none; the user revokes the app under "Connected apps".
 *
 * Source: https://developers.docusign.com/platform/auth/confidential-authcode-get-token/, https://developers.docusign.com/platform/auth/reference/user-info/
 */
export const docusign = defineApp({
  slug: "docusign",
  name: "Docusign",
  description: "Envelopes and templates in Docusign.",
  categories: ["documents"],
  docsUrl: "https://developers.docusign.com/docs/esign-rest-api/",
  baseUrl: "https://{base_host}/restapi/v2.1/accounts/{account_id}",
  origins: ["https://{account_host}"],
  connectionParams: [
    {
      name: "account_host",
      displayName: "Environment",
      description: "`account.docusign.com` for production, `account-d.docusign.com` for demo",
      required: false,
      default: "account.docusign.com",
      choices: ["account.docusign.com", "account-d.docusign.com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://{account_host}/oauth/auth",
      tokenUrl: "https://{account_host}/oauth/token",
      clientAuthentication: "client_secret_basic",
      scopes: ["signature", "extended"],
    },
  ],
  account: { url: "https://{account_host}/oauth/userinfo", id: "sub", email: "email", label: "name" },
  // The first account is the default one only for users who have one.
  followUps: [
    {
      url: "https://{account_host}/oauth/userinfo",
      params: {
        account_id: "accounts.0.account_id",
        base_host: { path: "accounts.0.base_uri", pattern: "https://([a-z0-9-]+\\.docusign\\.net)" },
      },
    },
  ],
});
