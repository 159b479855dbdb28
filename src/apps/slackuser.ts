import { defineApp } from "../ports/app.js";

/**
 * Slack, as an app and as the person who installs it: one grant has a bot's token and a user's. The few methods that take
 * a user's token only get that one; with token rotation on, each is renewed with a refresh token of its own.
 *
 * Source: https://docs.slack.dev/authentication/installing-with-oauth,
 * https://docs.slack.dev/authentication/using-token-rotation, https://docs.slack.dev/reference/methods/search.messages
 */
export const slackuser = defineApp({
  slug: "slackuser",
  name: "Slack with search",
  description: "Slack as an app, and as the person for search, reminders and their own profile.",
  categories: ["communication"],
  docsUrl: "https://docs.slack.dev/reference/methods",
  baseUrl: "https://slack.com/api",
  failure: { path: "ok", equals: false, message: "error" },
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://slack.com/oauth/v2/authorize",
      tokenUrl: "https://slack.com/api/oauth.v2.access",
      clientAuthentication: "client_secret_basic",
      scopes: ["chat:write", "channels:read", "users:read"],
      scopeSeparator: ",",
      userScopes: {
        parameter: "user_scope",
        scopes: ["search:read", "reminders:write", "users.profile:write"],
      },
      // Source: https://docs.slack.dev/changelog/2026/03/30/pkce
      pkce: false,
      tokenResponse: {
        failure: { path: "ok", equals: false, error: "error" },
        metadata: { team_id: "team.id", team_name: "team.name", bot_user_id: "bot_user_id" },
      },
      furtherTokens: {
        user: {
          urls: [
            "https://slack.com/api/search.",
            "https://slack.com/api/reminders.",
            "https://slack.com/api/users.profile.set",
          ],
          answer: {
            accessToken: "authed_user.access_token",
            refreshToken: "authed_user.refresh_token",
            expiresIn: "authed_user.expires_in",
          },
        },
      },
      revocationRequest: {
        method: "POST",
        url: "https://slack.com/api/auth.revoke",
        authentication: "bearer",
      },
    },
  ],
  account: { method: "POST", url: "/auth.test", id: ["team_id", "user_id"], label: "user" },
});
