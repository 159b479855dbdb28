import { defineApp } from "../ports/app.js";

const AUTHORIZATIONS = "https://sentry.io/api/0/sentry-app-installations/{installation_id}/authorizations/";

/**
 * Sentry, as a public integration: the user installs it in Sentry, and the code comes with the webhook
 * `installation.created`, or in the query of the redirect URL. Tokens live eight hours.
 *
 * No revocation: the user uninstalls the integration.
 *
 * Source: https://docs.sentry.io/organization/integrations/integration-platform/public-integration/
 */
export const sentry = defineApp({
  slug: "sentry",
  name: "Sentry",
  description: "Errors, issues and releases of a Sentry organization.",
  categories: ["developer-tools"],
  docsUrl: "https://docs.sentry.io/api/",
  baseUrl: "https://sentry.io/api/0",
  connectionParams: [
    {
      name: "installation_id",
      displayName: "Installation",
      description: "`data.installation.uuid` of the webhook, `installationId` of the redirect",
      required: false,
      pattern: "[0-9a-f-]{36}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      code: "given",
      tokenUrl: AUTHORIZATIONS,
      tokenRequestFormat: "json",
      tokenResponse: {
        accessToken: "token",
        refreshToken: "refreshToken",
        expiresIn: "expiresAt",
        expiresInUnit: "iso",
        scope: "scopes",
      },
    },
    { scheme: "BEARER_TOKEN" },
  ],
});
