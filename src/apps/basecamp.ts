import { defineApp } from "../ports/app.js";

/**
 * Basecamp: one grant reaches many accounts, and a user agent with a way to be reached is required.
 *
 * No revocation: the provider documents none.
 *
 * Source: https://github.com/basecamp/bc3-api/blob/master/sections/authentication.md, https://github.com/basecamp/bc3-api
 */
export const basecamp = defineApp({
  slug: "basecamp",
  name: "Basecamp",
  description: "Projects, to-dos and messages in Basecamp.",
  categories: ["project management"],
  docsUrl: "https://github.com/basecamp/bc3-api",
  baseUrl: "https://3.basecampapi.com/{account_id}",
  origins: ["https://launchpad.37signals.com"],
  headers: { "user-agent": "mooring (https://www.npmjs.com/package/mooring)" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://launchpad.37signals.com/authorization/new",
      tokenUrl: "https://launchpad.37signals.com/authorization/token",
      pkce: false,
    },
  ],
  account: {
    url: "https://launchpad.37signals.com/authorization.json",
    id: "identity.id",
    email: "identity.email_address",
    label: "identity.email_address",
  },
  tenants: {
    url: "https://launchpad.37signals.com/authorization.json",
    list: "accounts",
    id: "id",
    label: "name",
    param: "account_id",
  },
});
