import { defineApp } from "../ports/app.js";

/**
 * TripIt, from before Revision A: no verifier, and the callback URL goes with the user. Answers are XML unless a path ends
 * in `/format/json`. No revocation: users end it in their settings.
 *
 * Source: https://tripit.github.io/api/doc/v1/index.html#authentication_section
 */
export const tripit = defineApp({
  slug: "tripit",
  name: "TripIt",
  description: "Trips and travel plans in TripIt.",
  categories: ["travel"],
  docsUrl: "https://tripit.github.io/api/doc/v1/index.html",
  baseUrl: "https://api.tripit.com/v1",
  authSchemes: [
    {
      scheme: "OAUTH1",
      requestTokenUrl: "https://api.tripit.com/oauth/request_token",
      authorizationUrl: "https://www.tripit.com/oauth/authorize",
      accessTokenUrl: "https://api.tripit.com/oauth/access_token",
      callback: "authorization",
    },
  ],
});
