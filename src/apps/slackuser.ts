import { defineApp } from "../ports/app.js";
import { slackApi, slackOAuth2 } from "./internal/slack.js";

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
  ...slackApi,
  authSchemes: [
    {
      ...slackOAuth2,
      scopes: ["chat:write", "channels:read", "users:read"],
      userScopes: {
        parameter: "user_scope",
        scopes: ["search:read", "reminders:write", "users.profile:write"],
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
    },
  ],
});
