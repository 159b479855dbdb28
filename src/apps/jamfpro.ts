import { defineApp } from "../ports/app.js";

/**
 * Jamf Pro: HTTP Basic is for one endpoint only, which answers with a token and when it expires.
 *
 * Source: https://developer.jamf.com/jamf-pro/docs/jamf-pro-api-overview,
 * https://developer.jamf.com/jamf-pro/reference/post_v1-auth-token, https://developer.jamf.com/jamf-pro/reference/get_v1-auth
 */
export const jamfpro = defineApp({
  slug: "jamfpro",
  name: "Jamf Pro",
  description: "Devices and policies in Jamf Pro.",
  categories: ["device management"],
  docsUrl: "https://developer.jamf.com/jamf-pro/docs/jamf-pro-api-overview",
  baseUrl: "https://{subdomain}.jamfcloud.com/api",
  headers: { accept: "application/json" },
  connectionParams: [
    { name: "subdomain", displayName: "Subdomain", description: "What stands before `.jamfcloud.com`" },
  ],
  authSchemes: [
    {
      scheme: "BASIC_WITH_JWT",
      tokenUrl: "https://{subdomain}.jamfcloud.com/api/v1/auth/token",
      headers: { accept: "application/json" },
      username: { displayName: "User name", description: "Of a Jamf Pro user account" },
      password: { displayName: "Password", description: "Of the same account" },
      expiry: { kind: "field", path: "expires", unit: "iso" },
    },
  ],
  account: { url: "/v1/auth", id: "account.id", email: "account.email", label: "account.username" },
});
