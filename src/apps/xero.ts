import { defineApp } from "../ports/app.js";

/**
 * Xero: one grant reaches many organisations, of which each request names one in a header. Refresh tokens are used once.
 * Apps made since 2 March 2026 are refused the wide scope `accounting.transactions`.
 *
 * Source: https://developer.xero.com/documentation/guides/oauth2/scopes/, https://developer.xero.com/documentation/guides/oauth2/auth-flow/, https://developer.xero.com/documentation/guides/oauth2/tenants
 */
export const xero = defineApp({
  slug: "xero",
  name: "Xero",
  description: "Invoices, contacts and accounts in Xero.",
  categories: ["accounting"],
  docsUrl: "https://developer.xero.com/documentation/",
  baseUrl: "https://api.xero.com/api.xro/2.0",
  headers: { accept: "application/json", "xero-tenant-id": "{tenant_id}" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://login.xero.com/identity/connect/authorize",
      tokenUrl: "https://identity.xero.com/connect/token",
      revocationUrl: "https://identity.xero.com/connect/revocation",
      clientAuthentication: "client_secret_basic",
      scopes: ["offline_access", "accounting.invoices", "accounting.contacts"],
    },
  ],
  tenants: {
    url: "https://api.xero.com/connections",
    id: "tenantId",
    label: "tenantName",
    param: "tenant_id",
  },
});
