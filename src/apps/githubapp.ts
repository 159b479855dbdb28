import { defineApp } from "../ports/app.js";

/**
 * Installations of a GitHub App: there is no authorization request; the user installs the app, and its key gets tokens of
 * that installation. The OAuth app is `github`.
 *
 * Source: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation,
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
export const githubapp = defineApp({
  slug: "githubapp",
  name: "GitHub App",
  description: "Repositories, issues and pull requests, as an app of your own.",
  categories: ["developer-tools"],
  docsUrl: "https://docs.github.com/en/apps",
  baseUrl: "https://api.github.com",
  headers: {
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    "user-agent": "mooring",
  },
  authSchemes: [{ scheme: "GITHUB_APP" }],
  rateLimit: {
    statuses: [403],
    remaining: "x-ratelimit-remaining",
    reset: { header: "x-ratelimit-reset", unit: "epoch" },
  },
});
