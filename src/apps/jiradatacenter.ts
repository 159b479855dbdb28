import { defineApp } from "../ports/app.js";

/**
 * Jira Data Center, on the customer's own server: OAuth 1.0a signed with RSA-SHA1, the key pair being that of an application
 * link. A token that expires comes with a session handle it is renewed by.
 *
 * No revocation: users end it in their profile, under "View OAuth access tokens".
 *
 * Source: https://developer.atlassian.com/server/jira/platform/oauth/,
 * https://docs.atlassian.com/software/jira/docs/api/REST/latest/#api/2/myself-getUser
 */
export const jiradatacenter = defineApp({
  slug: "jiradatacenter",
  name: "Jira Data Center",
  description: "Issues and projects of a Jira server of your own.",
  categories: ["project management"],
  docsUrl: "https://developer.atlassian.com/server/jira/platform/rest-apis/",
  baseUrl: "https://{host}/rest/api/2",
  connectionParams: [
    {
      name: "host",
      displayName: "Host",
      description: "Where your server is: `jira.example.com`",
      pattern: "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}",
    },
  ],
  authSchemes: [
    {
      scheme: "OAUTH1",
      requestTokenUrl: "https://{host}/plugins/servlet/oauth/request-token",
      authorizationUrl: "https://{host}/plugins/servlet/oauth/authorize",
      accessTokenUrl: "https://{host}/plugins/servlet/oauth/access-token",
      signatureMethod: "RSA-SHA1",
      verifier: "required",
    },
  ],
  account: { url: "/myself", id: "key", email: "emailAddress", label: "displayName" },
});
