import { defineApp } from "../ports/app.js";

/**
 * Jenkins, on a host of the user's own, with an API token as password.
 *
 * Source: https://www.jenkins.io/doc/book/system-administration/authenticating-scripted-clients/
 */
export const jenkins = defineApp({
  slug: "jenkins",
  name: "Jenkins",
  description: "Jobs and builds of a Jenkins server.",
  categories: ["developer tools"],
  docsUrl: "https://www.jenkins.io/doc/book/using/remote-access-api/",
  baseUrl: "https://{host}",
  connectionParams: [
    {
      name: "host",
      displayName: "Host",
      description: "Where your server is: `ci.example.com`",
      pattern: "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}",
    },
  ],
  authSchemes: [
    {
      scheme: "BASIC",
      username: {
        displayName: "User name",
        description: "Your user id at the server",
        template: "{username}",
      },
      password: {
        displayName: "API token",
        description: 'Made under "Security" in your user\'s settings',
        template: "{password}",
      },
    },
  ],
  account: { url: "/me/api/json", id: "id", label: "fullName" },
});
