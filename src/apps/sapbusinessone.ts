import { defineApp } from "../ports/app.js";

/**
 * SAP Business One, Service Layer: a login answers with the cookies `B1SESSION` and, where there is a load balancer,
 * `ROUTEID`, and every call has both. A session that was not used for a while is over, and the login is done again.
 *
 * Source: https://learning.sap.com/courses/leveraging-the-sap-business-one-service-layer/logging-in-and-logging-out-using-service-layer-api,
 * https://blogs.sap.com/2016/07/01/sap-business-one-service-layer-sso-with-ui-api/
 */
export const sapbusinessone = defineApp({
  slug: "sapbusinessone",
  name: "SAP Business One",
  description: "Business partners, items and orders in SAP Business One.",
  categories: ["erp"],
  docsUrl:
    "https://learning.sap.com/courses/leveraging-the-sap-business-one-service-layer/logging-in-and-logging-out-using-service-layer-api",
  baseUrl: "https://{host}:{port}/b1s/v2",
  connectionParams: [
    {
      name: "host",
      displayName: "Host",
      description: "Where the Service Layer is: `b1.example.com`",
      pattern: "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}",
    },
    {
      name: "port",
      displayName: "Port",
      description: "Where the Service Layer listens",
      default: "50000",
      pattern: "\\d{1,5}",
    },
  ],
  authSchemes: [
    {
      scheme: "TWO_STEP",
      fields: [
        { name: "company", displayName: "Company database", description: "Such as `SBODEMOUS`" },
        { name: "username", displayName: "User", description: "User name in Business One" },
        { name: "password", displayName: "Password", description: "Password of the user", secret: true },
      ],
      steps: [
        {
          request: {
            url: "https://{host}:{port}/b1s/v2/Login",
            body: { CompanyDB: "{company}", UserName: "{username}", Password: "{password}" },
          },
          values: {
            session: { from: "cookie", path: "B1SESSION" },
            route: { from: "cookie", path: "ROUTEID", required: false },
          },
          error: "error.code",
          message: "error.message.value",
        },
      ],
      logout: { url: "https://{host}:{port}/b1s/v2/Logout" },
      placements: [
        { in: "cookie", name: "B1SESSION", template: "{session}" },
        { in: "cookie", name: "ROUTEID", template: "{route}" },
      ],
    },
  ],
});
