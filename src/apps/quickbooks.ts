import { defineApp } from "../ports/app.js";

/**
 * QuickBooks Online: which company the user chose is said in the callback only (`realmId`), and sandbox companies have an API
 * host of their own.
 *
 * Source: https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0
 */
export const quickbooks = defineApp({
  slug: "quickbooks",
  name: "QuickBooks Online",
  description: "Invoices, customers and accounts in QuickBooks Online.",
  categories: ["accounting"],
  docsUrl: "https://developer.intuit.com/app/developer/qbo/docs/get-started",
  baseUrl: "https://{api_host}/v3/company/{realm_id}",
  headers: { accept: "application/json" },
  connectionParams: [
    {
      name: "api_host",
      displayName: "Environment",
      description: "`quickbooks.api.intuit.com`, or `sandbox-quickbooks.api.intuit.com`",
      required: false,
      default: "quickbooks.api.intuit.com",
      choices: ["quickbooks.api.intuit.com", "sandbox-quickbooks.api.intuit.com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://appcenter.intuit.com/connect/oauth2",
      tokenUrl: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
      // RFC 7009 but for the body, which is JSON.
      revocationRequest: {
        method: "POST",
        url: "https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
        authentication: "client_secret_basic",
        json: { token: "{refresh_token}" },
      },
      clientAuthentication: "client_secret_basic",
      scopes: ["com.intuit.quickbooks.accounting"],
      pkce: false,
      callbackMetadata: { realm_id: { parameter: "realmId", pattern: "\\d+" } },
    },
  ],
});
