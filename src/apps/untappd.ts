import { defineApp } from "../ports/app.js";

/**
 * Untappd: the token is got with GET, and goes into the query of each request.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://untappd.com/api/docs#authentication
 */
export const untappd = defineApp({
  slug: "untappd",
  name: "Untappd",
  description: "Beers, check-ins and venues on Untappd.",
  categories: ["social"],
  docsUrl: "https://untappd.com/api/docs",
  baseUrl: "https://api.untappd.com/v4",
  headers: { "user-agent": "mooring" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://untappd.com/oauth/authenticate/",
      tokenUrl: "https://untappd.com/oauth/authorize/",
      parameterNames: { redirect_uri: "redirect_url" },
      tokenRequestMethod: "GET",
      tokenParams: { response_type: "code" },
      tokenParameterNames: { redirect_uri: "redirect_url", grant_type: null },
      pkce: false,
      tokenResponse: { accessToken: "response.access_token" },
      accessToken: { in: "query", name: "access_token", template: "{token}" },
    },
  ],
  account: { url: "/user/info", id: "response.user.uid", label: "response.user.user_name" },
});
