import { describe, expect, it } from "vitest";
import { slack } from "../../src/apps/slack.js";
import { refusedBy, runAction } from "../support/app-requests.js";

const API = "https://slack.com/api";

const golden: Readonly<Record<string, { args: unknown; method: string; url: string; body?: unknown }>> = {
  SLACK_POST_MESSAGE: {
    args: { channel: "C1", text: "Hello", thread_ts: "1700000000.000100" },
    method: "POST",
    url: `${API}/chat.postMessage`,
    body: { channel: "C1", text: "Hello", thread_ts: "1700000000.000100" },
  },
  SLACK_LIST_CHANNELS: {
    args: { types: "public_channel,private_channel", cursor: "dGVhbQ==" },
    method: "GET",
    url: `${API}/conversations.list?types=public_channel%2Cprivate_channel&exclude_archived=true&limit=50&cursor=dGVhbQ%3D%3D`,
  },
  SLACK_GET_CHANNEL_HISTORY: {
    args: { channel: "C1", oldest: "1700000000.000000", limit: 5 },
    method: "GET",
    url: `${API}/conversations.history?channel=C1&oldest=1700000000.000000&limit=5`,
  },
  SLACK_GET_THREAD_REPLIES: {
    args: { channel: "C1", ts: "1700000000.000100" },
    method: "GET",
    url: `${API}/conversations.replies?channel=C1&ts=1700000000.000100&limit=50`,
  },
  SLACK_FIND_USER_BY_EMAIL: {
    args: { email: "jane@example.com" },
    method: "GET",
    url: `${API}/users.lookupByEmail?email=jane%40example.com`,
  },
  SLACK_ADD_REACTION: {
    args: { channel: "C1", timestamp: "1700000000.000100", name: "thumbsup" },
    method: "POST",
    url: `${API}/reactions.add`,
    body: { channel: "C1", timestamp: "1700000000.000100", name: "thumbsup" },
  },
};

describe("slack", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(slack.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null } = expected;
    const { requests } = await runAction({ app: slack, action, args, answers: [{ ok: true }] });
    expect(requests).toEqual([{ method, url, headers: {}, body }]);
  });

  it("refuses a time that is no Slack timestamp, before Slack takes it for another message", () => {
    const args = { channel: "C1", ts: "2026-01-31T00:00:00Z" };
    expect(refusedBy(slack, "SLACK_GET_THREAD_REPLIES", args)).toEqual(["ts"]);
  });
});
