import { defineApp } from "../ports/app.js";
import { microsoftGraph, microsoftOAuth2 } from "./internal/microsoft.js";

/**
 * OneDrive, by way of Microsoft Graph: a refresh token is given with the scope `offline_access`.
 *
 * No revocation: Microsoft's identity platform has no such endpoint.
 *
 * Source: https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const onedrive = defineApp({
  slug: "onedrive",
  name: "OneDrive",
  description: "Files and folders in OneDrive.",
  categories: ["storage"],
  ...microsoftGraph,
  authSchemes: [{ ...microsoftOAuth2, scopes: ["offline_access", "User.Read", "Files.Read"] }],
});
