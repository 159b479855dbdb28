import * as z from "zod";
import { defineApp } from "../ports/app.js";
import { defineAction } from "../ports/define-action.js";
import { slackApi, slackOAuth2 } from "./internal/slack.js";

const channel = z
  .string()
  .min(1)
  .describe("Id of the channel, such as `C0123456789`, from SLACK_LIST_CHANNELS.");
const timestamp = z.string().regex(/^\d+\.\d+$/);
const limit = z.number().int().min(1).max(200).default(50).describe("Results per page, 1 to 200.");
const cursor = z
  .string()
  .optional()
  .describe("`response_metadata.next_cursor` of the page before; leave out for the first.");

const postMessage = defineAction({
  name: "SLACK_POST_MESSAGE",
  app: "slack",
  description:
    "Posts a message to a channel, a thread or a person as the connected app. The app must be a member of a private channel; a user id as `channel` sends a direct message.",
  tags: ["messages"],
  scopes: ["chat:write"],
  annotations: { readOnly: false, destructive: false, idempotent: false },
  input: z.strictObject({
    channel: z
      .string()
      .min(1)
      .describe("Id of the channel (`C…`), or of a user (`U…`) for a direct message."),
    text: z
      .string()
      .min(1)
      .max(40_000)
      .describe(
        "Text in Slack's mrkdwn: `*bold*`, `_italic_`, `<https://example.com|link>`, `<@U123>` to mention.",
      ),
    thread_ts: timestamp
      .optional()
      .describe("`ts` of the message whose thread to answer in, such as `1700000000.000100`."),
    reply_broadcast: z.boolean().optional().describe("With `thread_ts`: show the reply in the channel too."),
    unfurl_links: z.boolean().optional().describe("Whether links get a preview."),
  }),
  request: { method: "POST", path: "/chat.postMessage" },
});

const listChannels = defineAction({
  name: "SLACK_LIST_CHANNELS",
  app: "slack",
  description:
    "Lists channels of the workspace with id, name, topic and purpose. Use it to find the id of a channel known by name.",
  tags: ["channels"],
  scopes: ["channels:read"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    types: z
      .enum(["public_channel", "private_channel", "public_channel,private_channel"])
      .default("public_channel")
      .describe("Which kinds of channel; private ones only where the app is a member."),
    exclude_archived: z.boolean().default(true).describe("Whether to leave archived channels out."),
    limit,
    cursor,
  }),
  request: { method: "GET", path: "/conversations.list" },
});

const getChannelHistory = defineAction({
  name: "SLACK_GET_CHANNEL_HISTORY",
  app: "slack",
  description:
    "Reads the messages of a channel the app is a member of, newest first. Threads show only their first message, with `reply_count`: read them with SLACK_GET_THREAD_REPLIES.",
  tags: ["messages"],
  scopes: ["channels:history"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    channel,
    oldest: timestamp
      .optional()
      .describe(
        "Only messages after this time, as a Slack timestamp (seconds since 1970, `1700000000.000000`).",
      ),
    latest: timestamp.optional().describe("Only messages before this time, in the same form."),
    limit,
    cursor,
  }),
  request: { method: "GET", path: "/conversations.history" },
});

const getThreadReplies = defineAction({
  name: "SLACK_GET_THREAD_REPLIES",
  app: "slack",
  description: "Reads a thread: its first message and the replies, oldest first.",
  tags: ["messages"],
  scopes: ["channels:history"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({
    channel,
    ts: timestamp.describe("`ts` of the thread's first message, such as `1700000000.000100`."),
    limit,
    cursor,
  }),
  request: { method: "GET", path: "/conversations.replies" },
});

const findUserByEmail = defineAction({
  name: "SLACK_FIND_USER_BY_EMAIL",
  app: "slack",
  description:
    "Finds the member of the workspace with an e-mail address. Use the id it gives to mention (`<@U123>`) or to message them.",
  tags: ["users"],
  scopes: ["users:read.email"],
  annotations: { readOnly: true, destructive: false, idempotent: true },
  input: z.strictObject({ email: z.email().describe("The person's e-mail address in this workspace.") }),
  request: { method: "GET", path: "/users.lookupByEmail" },
});

const addReaction = defineAction({
  name: "SLACK_ADD_REACTION",
  app: "slack",
  description:
    "Adds an emoji reaction to a message. A reaction that is there already is an error (`already_reacted`).",
  tags: ["messages"],
  scopes: ["reactions:write"],
  annotations: { readOnly: false, destructive: false, idempotent: true },
  input: z.strictObject({
    channel,
    timestamp: timestamp.describe("`ts` of the message, such as `1700000000.000100`."),
    name: z
      .string()
      .regex(/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/)
      .describe("Name of the emoji without colons, such as `thumbsup`."),
  }),
  request: { method: "POST", path: "/reactions.add" },
});

/**
 * Slack, as an app with a bot token.
 *
 * Failures come with status 200 and `ok: false`, from the API and from the token endpoint alike. The cross-check list
 * has the retired v1 endpoints and the sign-in ones (`openid.connect`), which grant no access to the Web API; Slack's
 * documentation decides for `oauth/v2`.
 *
 * Source: https://docs.slack.dev/authentication/installing-with-oauth,
 * https://docs.slack.dev/reference/methods/oauth.v2.access, https://docs.slack.dev/apis/web-api/#responses
 */
export const slack = defineApp({
  slug: "slack",
  name: "Slack",
  description: "Team messaging: channels, threads, people and reactions.",
  categories: ["communication"],
  ...slackApi,
  authSchemes: [
    {
      ...slackOAuth2,
      scopes: [
        "chat:write",
        "channels:read",
        "channels:history",
        "groups:read",
        "groups:history",
        "reactions:write",
        "users:read",
        "users:read.email",
      ],
    },
    { scheme: "BEARER_TOKEN" },
  ],
  actions: [postMessage, listChannels, getChannelHistory, getThreadReplies, findUserByEmail, addReaction],
});
