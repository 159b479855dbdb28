import { defineApp } from "../ports/app.js";

/**
 * Datadog: an API key and an application key, at the host of the account's site.
 *
 * Source: https://docs.datadoghq.com/api/latest/authentication/, https://docs.datadoghq.com/getting_started/site/, https://docs.datadoghq.com/api/latest/rate-limits/
 */
export const datadog = defineApp({
  slug: "datadog",
  name: "Datadog",
  description: "Metrics, logs and monitors in Datadog.",
  categories: ["observability"],
  docsUrl: "https://docs.datadoghq.com/api/latest/",
  baseUrl: "https://api.{site}",
  connectionParams: [
    {
      name: "site",
      displayName: "Site",
      description: "The Datadog site, such as `datadoghq.eu`",
      required: false,
      default: "datadoghq.com",
      choices: [
        "datadoghq.com",
        "us3.datadoghq.com",
        "us5.datadoghq.com",
        "datadoghq.eu",
        "ap1.datadoghq.com",
        "ap2.datadoghq.com",
        "uk1.datadoghq.com",
        "ddog-gov.com",
        "us2.ddog-gov.com",
      ],
    },
  ],
  authSchemes: [
    {
      scheme: "API_KEY",
      secret: "required",
      placements: [
        { in: "header", name: "DD-API-KEY" },
        { in: "header", name: "DD-APPLICATION-KEY", template: "{api_secret}" },
      ],
    },
  ],
  // Source: https://docs.datadoghq.com/api/latest/users/get-current-user/
  account: {
    url: "/api/v2/current_user",
    id: "data.id",
    email: "data.attributes.email",
    label: "data.attributes.name",
  },
  rateLimit: {
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset", unit: "seconds" },
  },
});
