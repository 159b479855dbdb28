import { defineApp } from "../ports/app.js";

/**
 * Duo: the password of HTTP Basic is a signature over date, method, host, path and parameters.
 *
 * Source: https://duo.com/docs/adminapi#authentication, https://duo.com/docs/authapi#authentication
 */
export const duo = defineApp({
  slug: "duo",
  name: "Duo",
  description: "Users, devices and logs of a Duo account.",
  categories: ["identity"],
  docsUrl: "https://duo.com/docs/adminapi",
  baseUrl: "https://{host}",
  connectionParams: [
    {
      name: "host",
      displayName: "API hostname",
      description: "Such as `api-1a2b3c4d.duosecurity.com`",
      pattern: "api-[A-Za-z0-9]+\\.duosecurity\\.com",
    },
  ],
  authSchemes: [
    {
      scheme: "HMAC",
      hash: "SHA-1",
      key: {
        name: "secret_key",
        displayName: "Secret key",
        description: "Of the Admin API or Auth API application",
      },
      fields: [
        { name: "integration_key", displayName: "Integration key", description: "Of the same application" },
      ],
      canonical: ["{timestamp}", "{method|upper}", "{host|lower}", "{path}", "{params}"],
      timestamp: "rfc5322_utc",
      placements: [
        { in: "header", name: "Date", template: "{timestamp}" },
        { in: "basic", template: "{integration_key}:{signature}" },
      ],
    },
  ],
});
