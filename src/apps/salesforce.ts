import { defineApp } from "../ports/app.js";
import { salesforceLogin, salesforceOAuth2 } from "./internal/salesforce.js";

/**
 * Salesforce: production and sandboxes log in at different hosts, and the token response says where the API is. It does not
 * say how long the token lives: that is the org's session setting, so a token is used until it is refused.
 *
 * Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm, https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/
 */
export const salesforce = defineApp({
  slug: "salesforce",
  name: "Salesforce",
  description: "Accounts, contacts and any object of a Salesforce org.",
  categories: ["crm"],
  docsUrl: "https://developer.salesforce.com/docs/apis",
  baseUrl: "https://{instance_host}",
  connectionParams: [salesforceLogin],
  authSchemes: [{ ...salesforceOAuth2, scopes: ["api", "refresh_token"] }],
  // Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_using_userinfo_endpoint.htm
  account: {
    url: "/services/oauth2/userinfo",
    id: ["organization_id", "user_id"],
    email: "email",
    label: "preferred_username",
  },
});
