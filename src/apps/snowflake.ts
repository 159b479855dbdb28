import { defineApp } from "../ports/app.js";

/**
 * Snowflake with a key pair: the issuer of the token names the fingerprint of the public key, and account and user are
 * written in upper case.
 *
 * Source: https://docs.snowflake.com/en/developer-guide/sql-api/authenticating
 */
export const snowflake = defineApp({
  slug: "snowflake",
  name: "Snowflake",
  description: "SQL statements run in Snowflake.",
  categories: ["databases"],
  docsUrl: "https://docs.snowflake.com/en/developer-guide/sql-api/index",
  baseUrl: "https://{account}.snowflakecomputing.com/api/v2",
  headers: {
    accept: "application/json",
    "user-agent": "mooring",
    "x-snowflake-authorization-token-type": "KEYPAIR_JWT",
  },
  connectionParams: [
    {
      name: "account",
      displayName: "Account identifier",
      description: "Organization and account, such as `myorg-account123`",
    },
  ],
  authSchemes: [
    {
      scheme: "JWT",
      algorithm: "RS256",
      key: { description: "RSA private key whose public half is assigned to the user (PEM, not encrypted)" },
      fields: [{ name: "username", displayName: "User", description: "Name of the user the key is for" }],
      claims: {
        iss: "{account|upper}.{username|upper}.SHA256:{fingerprint}",
        sub: "{account|upper}.{username|upper}",
      },
      // The most Snowflake takes.
      lifetimeSeconds: 3_600,
    },
  ],
});
