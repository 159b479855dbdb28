import { defineApp } from "../ports/app.js";

/**
 * GitLab.com: refresh tokens rotate. A server of one's own is an app of one's own, since a client secret goes to
 * the host it names.
 *
 * Source: https://docs.gitlab.com/api/oauth2/, https://docs.gitlab.com/api/rest/authentication/
 */
export const gitlab = defineApp({
  slug: "gitlab",
  name: "GitLab",
  description: "Repositories, merge requests and pipelines on GitLab.com.",
  categories: ["developer tools"],
  docsUrl: "https://docs.gitlab.com/api/rest/",
  baseUrl: "https://gitlab.com/api/v4",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://gitlab.com/oauth/authorize",
      tokenUrl: "https://gitlab.com/oauth/token",
      revocationUrl: "https://gitlab.com/oauth/revoke",
      scopes: ["read_user", "api"],
    },
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "PRIVATE-TOKEN", template: "{api_key}" }],
      displayName: "Personal access token",
    },
  ],
  account: { url: "/user", id: "id", email: "email", label: "username" },
});
