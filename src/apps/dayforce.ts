import { defineApp } from "../ports/app.js";

/**
 * Dayforce: HTTP Basic, at a host that redirects to the one the customer's environment is at. The credentials must go along,
 * to hosts of Dayforce and to no other. The redirect rests on what clients of the API do: the guide's pages on
 * authentication do not tell of it.
 *
 * Source: https://help.dayforce.com/r/documents/Dayforce-RESTful-Web-Services-Developer-Guide/
 */
export const dayforce = defineApp({
  slug: "dayforce",
  name: "Dayforce",
  description: "Employees, time and pay in Dayforce.",
  categories: ["hr"],
  docsUrl: "https://help.dayforce.com/r/documents/Dayforce-RESTful-Web-Services-Developer-Guide/",
  baseUrl: "https://{host}/Api/{client_namespace}/V1",
  redirectHosts: "[a-z0-9-]+\\.dayforcehcm\\.com",
  connectionParams: [
    {
      name: "host",
      displayName: "Host",
      description: "Of your environment, unless it is `www.dayforcehcm.com`",
      required: false,
      default: "www.dayforcehcm.com",
      pattern: "[a-z0-9-]+\\.dayforcehcm\\.com",
    },
    {
      name: "client_namespace",
      displayName: "Client namespace",
      description: "The company id users log in with",
      pattern: "[A-Za-z0-9_-]{1,64}",
    },
  ],
  authSchemes: [
    {
      scheme: "BASIC",
      username: {
        displayName: "User name",
        description: "Of a web services user",
        template: "{username}",
      },
      password: { displayName: "Password", description: "Of the same user", template: "{password}" },
    },
  ],
});
