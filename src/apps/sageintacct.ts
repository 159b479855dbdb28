import { defineApp } from "../ports/app.js";

const LOGIN = `<?xml version="1.0" encoding="UTF-8"?>
<request>
  <control>
    <senderid>{sender_id}</senderid>
    <password>{sender_password}</password>
    <controlid>mooring</controlid>
    <uniqueid>false</uniqueid>
    <dtdversion>3.0</dtdversion>
  </control>
  <operation>
    <authentication>
      <login>
        <userid>{user_id}</userid>
        <companyid>{company_id}</companyid>
        <password>{user_password}</password>
      </login>
    </authentication>
    <content><function controlid="session"><getAPISession/></function></content>
  </operation>
</request>`;

/**
 * Sage Intacct's XML API: a login in XML answers with a session in XML, and every call has the session and the sender's
 * own credentials in its body. Leave the elements empty in what you send to `/xmlgw.phtml`: `<senderid/>` and
 * `<password/>` in `<control>`, `<sessionid/>` in `<authentication>`. Errors come with status 200, in the answer.
 *
 * Source: https://developer.intacct.com/web-services/requests/,
 * https://developer.intacct.com/api/company-console/api-sessions/,
 * https://developer.intacct.com/web-services/error-handling/, https://developer.intacct.com/support/faq/
 */
export const sageintacct = defineApp({
  slug: "sageintacct",
  name: "Sage Intacct",
  description: "Ledgers, bills and invoices in Sage Intacct.",
  categories: ["accounting"],
  docsUrl: "https://developer.intacct.com/web-services/",
  baseUrl: "https://api.intacct.com/ia/xml",
  headers: { accept: "application/xml" },
  authSchemes: [
    {
      scheme: "TWO_STEP",
      fields: [
        {
          name: "sender_id",
          displayName: "Sender ID",
          description: "Of the Web Services developer license",
          from: "integration",
        },
        {
          name: "sender_password",
          displayName: "Sender password",
          description: "Of the Web Services developer license",
          from: "integration",
          secret: true,
        },
        { name: "company_id", displayName: "Company ID", description: "What the company signs in with" },
        { name: "user_id", displayName: "User ID", description: "Of a Web Services user" },
        { name: "user_password", displayName: "Password", description: "Password of the user", secret: true },
      ],
      steps: [
        {
          request: { url: "https://api.intacct.com/ia/xml/xmlgw.phtml", format: "xml", body: LOGIN },
          values: { session: { path: "response.operation.result.data.api.sessionid" } },
          failure: { path: "response.operation.authentication.status", equals: "failure" },
          error: "response.operation.errormessage.error.errorno",
          message: "response.operation.errormessage.error.description2",
        },
      ],
      // A session that is used lives longer than that; nobody need know.
      expiry: { kind: "field", path: "response.operation.authentication.sessiontimeout", unit: "iso" },
      placements: [
        { in: "xml", name: "request.control.senderid", template: "{sender_id}" },
        { in: "xml", name: "request.control.password", template: "{sender_password}" },
        { in: "xml", name: "request.operation.authentication.sessionid", template: "{session}" },
      ],
    },
  ],
});
