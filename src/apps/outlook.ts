import { defineApp } from "../ports/app.js";

/**
 * Outlook, by way of Microsoft Graph: a refresh token is given with the scope `offline_access`.
 *
 * No revocation: Microsoft's identity platform has no such endpoint.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const outlook = defineApp({
  slug: "outlook",
  name: "Outlook",
  description: "Mail, calendars and contacts in Outlook.",
  categories: ["communication"],
  docsUrl: "https://learn.microsoft.com/en-us/graph/overview",
  baseUrl: "https://graph.microsoft.com/v1.0",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
      tokenUrl: "https://login.microsoftonline.com/common/oauth2/v2.0/token",
      scopes: ["offline_access", "User.Read", "Mail.Read"],
    },
  ],
  // Source: https://learn.microsoft.com/en-us/graph/api/user-get
  account: { url: "/me", id: "id", email: "mail", label: "userPrincipalName" },
});
