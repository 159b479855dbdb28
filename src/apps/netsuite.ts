import { defineApp } from "../ports/app.js";

/**
 * NetSuite with token-based authentication: consumer key and token are made in the customer's own account, and every
 * request is signed with HMAC-SHA256. The realm is the account id as NetSuite shows it, `1234567_SB1`; host names have it
 * as `1234567-sb1`.
 *
 * Source: https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_1534941295.html,
 * https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_157780312610.html
 */
export const netsuite = defineApp({
  slug: "netsuite",
  name: "NetSuite",
  description: "Records of a NetSuite account: customers, orders, invoices.",
  categories: ["erp", "accounting"],
  docsUrl: "https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/chapter_1540391670.html",
  baseUrl: "https://{account_id}.suitetalk.api.netsuite.com/services/rest",
  connectionParams: [
    {
      name: "account_id",
      displayName: "Account id",
      description: "As in your NetSuite URL: `1234567`, or `1234567-sb1` for a sandbox",
      pattern: "[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH1",
      tokens: "given",
      consumer: "connection",
      signatureMethod: "HMAC-SHA256",
      realm: { template: "{account_id}", replace: { "-": "_" }, upperCase: true },
    },
  ],
});
