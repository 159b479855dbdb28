import { defineApp } from "../ports/app.js";

const DOMAINS = "com|eu|in|com\\.au|com\\.cn|jp|sa|uk|ae";
const ACCOUNTS_HOST = `accounts\\.(?:zoho\\.(?:${DOMAINS})|zohocloud\\.ca)`;

/**
 * Zoho CRM: the callback says in which data center the user is, where the code must be exchanged, and the token response
 * where the API is. Tokens go under a scheme name of Zoho's own.
 *
 * Source: https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html, https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html,
 * https://www.zoho.com/accounts/protocol/oauth/multi-dc.html (all data centers)
 */
export const zohocrm = defineApp({
  slug: "zohocrm",
  name: "Zoho CRM",
  description: "Leads, contacts and deals in Zoho CRM.",
  categories: ["crm"],
  docsUrl: "https://www.zoho.com/crm/developer/docs/api/v8/",
  baseUrl: "https://{api_host}/crm/v8",
  connectionParams: [
    {
      name: "accounts_host",
      displayName: "Accounts host",
      description: "Zoho's accounts server of the user; Zoho says it when connecting",
      required: false,
      default: "accounts.zoho.com",
      pattern: ACCOUNTS_HOST,
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://accounts.zoho.com/oauth/v2/auth",
      tokenUrl: "https://{accounts_host}/oauth/v2/token",
      scopes: ["ZohoCRM.modules.READ", "ZohoCRM.users.READ"],
      scopeSeparator: ",",
      pkce: false,
      authorizationParams: { access_type: "offline", prompt: "consent" },
      callbackMetadata: {
        accounts_host: {
          parameter: "accounts-server",
          pattern: `https://(${ACCOUNTS_HOST})`,
        },
      },
      tokenResponse: {
        metadata: {
          api_host: {
            path: "api_domain",
            pattern: `https://(www\\.zohoapis\\.(?:${DOMAINS}|ca))`,
          },
        },
      },
      accessToken: { in: "header", name: "Authorization", template: "Zoho-oauthtoken {token}" },
      // Source: https://www.zoho.com/crm/developer/docs/api/v8/revoke-tokens.html
      revocationRequest: {
        method: "POST",
        url: "https://{accounts_host}/oauth/v2/token/revoke?token={refresh_token}",
        authentication: "none",
      },
    },
  ],
  // Source: https://www.zoho.com/crm/developer/docs/api/v8/get-users.html
  account: {
    url: "/users?type=CurrentUser",
    id: "users.0.id",
    email: "users.0.email",
    label: "users.0.full_name",
  },
});
