/**
 * What all of Microsoft Graph shares: one API, one authorization server without a revocation endpoint, and refresh tokens
 * for the scope `offline_access` only.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const microsoftOAuth2 = {
  scheme: "OAUTH2",
  authorizationUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
  tokenUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
} as const;

/** Source: https://learn.microsoft.com/en-us/graph/overview, https://learn.microsoft.com/en-us/graph/api/user-get */
export const microsoftGraph = {
  docsUrl: "https://learn.microsoft.com/en-us/graph/overview",
  baseUrl: "https://graph.microsoft.com/v1.0",
  account: { url: "/me", id: "id", email: "mail", label: "userPrincipalName" },
} as const;
