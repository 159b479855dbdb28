import { defineApp } from "../ports/app.js";

/**
 * Mailchimp: which data center the account is in is asked after connecting. Tokens do not expire.
 *
 * No revocation: the user disconnects the app in the account settings.
 *
 * Source: https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/
 */
export const mailchimp = defineApp({
  slug: "mailchimp",
  name: "Mailchimp",
  description: "Audiences and campaigns in Mailchimp.",
  categories: ["marketing"],
  docsUrl: "https://mailchimp.com/developer/marketing/api/",
  baseUrl: "https://{dc}.api.mailchimp.com/3.0",
  origins: ["https://login.mailchimp.com"],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://login.mailchimp.com/oauth2/authorize",
      tokenUrl: "https://login.mailchimp.com/oauth2/token",
      pkce: false,
      accessToken: { in: "header", name: "Authorization", template: "OAuth {token}" },
    },
  ],
  account: {
    url: "https://login.mailchimp.com/oauth2/metadata",
    id: "user_id",
    email: "login.email",
    label: "accountname",
  },
  followUps: [
    {
      url: "https://login.mailchimp.com/oauth2/metadata",
      params: { dc: { path: "dc", pattern: "[a-z]{2,3}\\d+" } },
    },
  ],
});
