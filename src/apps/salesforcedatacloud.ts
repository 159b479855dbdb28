import { defineApp } from "../ports/app.js";
import { salesforceHost, salesforceLogin, salesforceOAuth2 } from "./internal/salesforce.js";

/**
 * Salesforce Data 360 (Data Cloud): a token of the org is exchanged for one of the tenant (RFC 8693), which has an API
 * host of its own. Each renewed token of the org is exchanged again.
 *
 * Source: https://developer.salesforce.com/docs/data/data-cloud-ref/guide/c360a-getting-started-with-cdp.html,
 * https://help.salesforce.com/s/articleView?id=service.conversation_transcript_api_sample2.htm
 */
export const salesforcedatacloud = defineApp({
  slug: "salesforcedatacloud",
  name: "Salesforce Data Cloud",
  description: "Queries and profiles of Salesforce Data 360, formerly Data Cloud.",
  categories: ["crm"],
  docsUrl: "https://developer.salesforce.com/docs/data/data-cloud-ref/guide/c360a-api-overview.html",
  baseUrl: "https://{tenant_host}",
  connectionParams: [salesforceLogin],
  authSchemes: [
    {
      ...salesforceOAuth2,
      scopes: ["api", "refresh_token", "cdp_query_api", "cdp_profile_api"],
      tokenExchanges: [
        {
          after: "each",
          url: "https://{instance_host}/services/a360/token",
          params: {
            grant_type: "urn:salesforce:grant-type:external:cdp",
            subject_token: "{access_token}",
            subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
          },
          response: { metadata: { tenant_host: salesforceHost("instance_url") } },
        },
      ],
    },
  ],
});
