import { defineApp } from "../ports/app.js";
import { microsoftGraph, microsoftOAuth2 } from "./internal/microsoft.js";

/**
 * Microsoft Teams, by way of Microsoft Graph: a refresh token is given with the scope `offline_access`.
 *
 * No revocation: Microsoft's identity platform has no such endpoint.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const microsoftteams = defineApp({
  slug: "microsoftteams",
  name: "Microsoft Teams",
  description: "Teams, channels and chats in Microsoft Teams.",
  categories: ["communication"],
  ...microsoftGraph,
  authSchemes: [{ ...microsoftOAuth2, scopes: ["offline_access", "User.Read", "Team.ReadBasic.All"] }],
});
