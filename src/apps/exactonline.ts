import { defineApp } from "../ports/app.js";

/**
 * Exact Online: each country is a host of its own. Tokens live ten minutes, and asking for new ones within the first nine and
 * a half is refused, with status 401.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-oauth-eol-oauth-devstep2,
 * https://support.exactonline.com/community/s/knowledge-base#All-All-DNO-Content-oauth-eol-oauth-devstep3
 */
export const exactonline = defineApp({
  slug: "exactonline",
  name: "Exact Online",
  description: "Accounting and invoices in Exact Online.",
  categories: ["accounting"],
  docsUrl: "https://start.exactonline.nl/docs/HlpRestAPIResources.aspx",
  baseUrl: "https://start.exactonline.{country}/api/v1",
  headers: { accept: "application/json" },
  connectionParams: [
    {
      name: "country",
      displayName: "Country",
      description: "What stands after `exactonline.`",
      choices: ["nl", "be", "de", "fr", "es", "co.uk", "com"],
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://start.exactonline.{country}/api/oauth2/auth",
      tokenUrl: "https://start.exactonline.{country}/api/oauth2/token",
      pkce: false,
      // Not 30: a life is counted from when the token was asked for, which is before Exact Online counts it.
      refreshMarginSeconds: 20,
    },
  ],
  // Source: https://start.exactonline.nl/docs/HlpRestAPIResourcesDetails.aspx?name=SystemSystemMe
  account: {
    url: "/current/Me?$select=UserID,Email,FullName",
    id: "d.results.0.UserID",
    email: "d.results.0.Email",
    label: "d.results.0.FullName",
  },
  followUps: [
    { url: "/current/Me?$select=CurrentDivision", params: { division: "d.results.0.CurrentDivision" } },
  ],
});
