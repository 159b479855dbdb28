import { defineApp } from "../ports/app.js";
import { selfRenewing } from "./internal/meta.js";

/**
 * Instagram API with Instagram login, for professional accounts: the code's token lives an hour and is exchanged for one
 * of sixty days, which renews itself once it is a day old.
 *
 * No revocation: the documentation names no endpoint; the user takes the app off in Instagram's settings.
 *
 * Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
 */
export const instagram = defineApp({
  slug: "instagram",
  name: "Instagram",
  description: "Media, comments and messages of a professional Instagram account.",
  categories: ["social"],
  docsUrl: "https://developers.facebook.com/docs/instagram-platform",
  baseUrl: "https://graph.instagram.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://www.instagram.com/oauth/authorize",
      tokenUrl: "https://api.instagram.com/oauth/access_token",
      ...selfRenewing("https://graph.instagram.com", "ig"),
      scopes: ["instagram_business_basic"],
    },
  ],
  account: { url: "/me?fields=user_id,username", id: "user_id", label: "username" },
});
