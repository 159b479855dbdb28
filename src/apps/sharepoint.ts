import { defineApp } from "../ports/app.js";
import { microsoftGraph, microsoftOAuth2 } from "./internal/microsoft.js";

/**
 * SharePoint: Microsoft Graph and SharePoint's own REST API want tokens of different audiences, and one refresh token
 * gets both.
 *
 * No revocation: Microsoft's identity platform has no such endpoint.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow#refresh-the-access-token,
 * https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/get-to-know-the-sharepoint-rest-service
 */
export const sharepoint = defineApp({
  slug: "sharepoint",
  name: "SharePoint",
  description: "Sites, lists and files in SharePoint Online.",
  categories: ["storage"],
  ...microsoftGraph,
  origins: ["https://{tenant}.sharepoint.com"],
  connectionParams: [
    {
      name: "tenant",
      displayName: "Tenant",
      description: "What stands before `.sharepoint.com`",
      pattern: "[A-Za-z0-9-]+",
    },
  ],
  authSchemes: [
    {
      ...microsoftOAuth2,
      scopes: ["offline_access", "User.Read", "Sites.Read.All"],
      furtherTokens: {
        sharepoint: {
          urls: ["https://{tenant}.sharepoint.com"],
          refreshParams: { scope: "https://{tenant}.sharepoint.com/.default offline_access" },
        },
      },
    },
  ],
});
