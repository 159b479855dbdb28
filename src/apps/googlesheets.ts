import { defineApp } from "../ports/app.js";
import { googleOAuth2 } from "./internal/google.js";

/**
 * Google Sheets. The API does not say whose the grant is; the ID token does.
 *
 * Source: https://developers.google.com/workspace/sheets/api/scopes
 */
export const googlesheets = defineApp({
  slug: "googlesheets",
  name: "Google Sheets",
  description: "Cells and sheets in Google Sheets.",
  categories: ["documents"],
  docsUrl: "https://developers.google.com/workspace/sheets/api/reference/rest",
  baseUrl: "https://sheets.googleapis.com/v4",
  authSchemes: [
    { ...googleOAuth2, scopes: ["https://www.googleapis.com/auth/spreadsheets", "openid", "email"] },
  ],
});
