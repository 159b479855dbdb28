import { defineApp } from "../ports/app.js";

/**
 * Greenhouse's Harvest API, of which versions 1 and 2, with a key as user name, ended on 31 August 2026. Each customer makes
 * a client of their own, whose tokens are for the user `sub` names. What Greenhouse registers for partners, with an
 * authorization page, is an app of one's own.
 *
 * No revocation: Greenhouse documents none; tokens live an hour.
 *
 * Source: https://harvestdocs.greenhouse.io/docs/authentication
 */
export const greenhouse = defineApp({
  slug: "greenhouse",
  name: "Greenhouse",
  description: "Candidates, jobs and applications in Greenhouse.",
  categories: ["recruiting"],
  docsUrl: "https://harvestdocs.greenhouse.io/",
  baseUrl: "https://harvest.greenhouse.io/v3",
  connectionParams: [
    {
      name: "user_id",
      displayName: "User id",
      description:
        "The number in the URL of the user's page in Greenhouse; what they may do, the connection may",
      pattern: "\\d{1,20}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      grantType: "client_credentials",
      clientOwner: "connection",
      tokenUrl: "https://auth.greenhouse.io/token",
      clientAuthentication: "client_secret_basic",
      tokenParams: { sub: "{user_id}" },
    },
  ],
});
