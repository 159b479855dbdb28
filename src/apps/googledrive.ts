import { defineApp } from "../ports/app.js";
import { googleOAuth2 } from "./internal/google.js";

/**
 * Google Drive: `drive.file` reaches the files the app has made or the user has opened with it. A service account has files
 * of its own, and those that were shared with it.
 *
 * Source: https://developers.google.com/workspace/drive/api/guides/api-specific-auth,
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/about/get
 */
export const googledrive = defineApp({
  slug: "googledrive",
  name: "Google Drive",
  description: "Files and folders in Google Drive.",
  categories: ["files"],
  docsUrl: "https://developers.google.com/workspace/drive/api/reference/rest/v3",
  baseUrl: "https://www.googleapis.com/drive/v3",
  origins: ["https://www.googleapis.com"],
  authSchemes: [
    { ...googleOAuth2, scopes: ["https://www.googleapis.com/auth/drive.file"] },
    // Source: https://developers.google.com/identity/protocols/oauth2/service-account
    {
      scheme: "GOOGLE_SERVICE_ACCOUNT",
      scopes: ["https://www.googleapis.com/auth/drive"],
      subject: "optional",
    },
  ],
  account: {
    url: "/about?fields=user",
    id: "user.permissionId",
    email: "user.emailAddress",
    label: "user.displayName",
  },
});
