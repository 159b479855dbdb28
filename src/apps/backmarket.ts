import { defineApp } from "../ports/app.js";

/**
 * Back Market: the token from the back office is HTTP Basic encoded already, and goes out as it is. Each continent is a
 * platform of its own. The language says which country's view is meant, and a user agent must be there.
 *
 * Source: https://api.backmarket.dev/, of which "API Identification" asks for a user agent that names company and contact:
 * `BM-{CompanyName}-{IntegrationName};{e-mail}`, which a host sends with its calls
 */
export const backmarket = defineApp({
  slug: "backmarket",
  name: "Back Market",
  description: "Listings and orders of a seller at Back Market.",
  categories: ["commerce"],
  docsUrl: "https://api.backmarket.dev/",
  baseUrl: "https://{host}/ws",
  headers: { accept: "application/json", "accept-language": "{language}", "user-agent": "mooring" },
  connectionParams: [
    {
      name: "host",
      displayName: "Platform",
      description: "The one of your seller account, such as `www.backmarket.fr` for Europe",
      required: false,
      default: "www.backmarket.fr",
      choices: ["www.backmarket.fr", "www.backmarket.com", "www.backmarket.co.jp"],
    },
    {
      name: "language",
      displayName: "Country",
      description: "Language and country, such as `fr-fr`",
      required: false,
      default: "fr-fr",
      pattern: "[a-z]{2}-[a-z]{2}",
    },
  ],
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "Basic {api_key}" }],
      displayName: "API token",
      description: "From the integrations page of the back office",
    },
  ],
});
