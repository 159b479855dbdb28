/** Failures come with status 200 and `ok: false`, from the API and from the token endpoint alike. */
export const slackApi = {
  docsUrl: "https://docs.slack.dev/reference/methods",
  baseUrl: "https://slack.com/api",
  failure: { path: "ok", equals: false, message: "error" },
  // A user is known within a workspace. Source: https://docs.slack.dev/reference/methods/auth.test
  account: { method: "POST" as const, url: "/auth.test", id: ["team_id", "user_id"], label: "user" },
};

/**
 * Source: https://docs.slack.dev/authentication/installing-with-oauth,
 * https://docs.slack.dev/reference/methods/oauth.v2.access, https://docs.slack.dev/reference/methods/auth.revoke
 */
export const slackOAuth2 = {
  scheme: "OAUTH2",
  authorizationUrl: "https://slack.com/oauth/v2/authorize",
  tokenUrl: "https://slack.com/api/oauth.v2.access",
  // Preferred to the parameters. Source: https://docs.slack.dev/reference/methods/oauth.v2.access
  clientAuthentication: "client_secret_basic",
  scopeSeparator: ",",
  // Has to be turned on in an app's settings, for good, and makes the app a public client.
  // Source: https://docs.slack.dev/changelog/2026/03/30/pkce
  pkce: false,
  tokenResponse: {
    failure: { path: "ok", equals: false, error: "error" },
    metadata: { team_id: "team.id", team_name: "team.name", bot_user_id: "bot_user_id" },
  },
  revocationRequest: {
    method: "POST",
    url: "https://slack.com/api/auth.revoke",
    authentication: "bearer",
  },
} as const;
