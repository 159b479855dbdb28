import { describe, expect, it } from "vitest";
import { gmail } from "../../src/apps/gmail.js";
import { isObject } from "../../src/internal/json.js";
import { missingScopes } from "../../src/ports/missing-scopes.js";
import { refusedBy, runAction } from "../support/app-requests.js";
import { decodeWords, headerOf, readMail } from "../support/read-mail.js";

const API = "https://gmail.googleapis.com/gmail/v1/users/me";
const draft = { to: ["Jane <jane@example.com>"], subject: "Grüße", body: "Hi" };
const resource = { id: "m1", threadId: "t1", payload: { headers: [{ name: "Subject", value: "Hello" }] } };

function rawOf(message: unknown): string {
  const { raw } = isObject(message) ? message : {};
  if (typeof raw !== "string" || !/^[\w-]+$/.test(raw)) throw new Error("expected base64url without padding");
  return Buffer.from(raw, "base64url").toString();
}

const golden: Readonly<Record<string, { args: unknown; method: string; url: string; body?: unknown }>> = {
  GMAIL_SEND_EMAIL: {
    args: { ...draft, threadId: "t1", inReplyTo: "<1@example.com>" },
    method: "POST",
    url: `${API}/messages/send`,
    body: { raw: expect.any(String), threadId: "t1" },
  },
  GMAIL_CREATE_DRAFT: {
    args: draft,
    method: "POST",
    url: `${API}/drafts`,
    body: { message: { raw: expect.any(String) } },
  },
  GMAIL_LIST_MESSAGES: {
    args: { query: "is:unread", labelIds: ["INBOX", "STARRED"], maxResults: 5 },
    method: "GET",
    url: `${API}/messages?q=is%3Aunread&labelIds=INBOX&labelIds=STARRED&maxResults=5`,
  },
  GMAIL_GET_MESSAGE: { args: { id: "m1" }, method: "GET", url: `${API}/messages/m1?format=full` },
  GMAIL_MODIFY_LABELS: {
    args: { id: "m1", removeLabelIds: ["UNREAD"] },
    method: "POST",
    url: `${API}/messages/m1/modify`,
    body: { addLabelIds: [], removeLabelIds: ["UNREAD"] },
  },
  GMAIL_LIST_LABELS: { args: {}, method: "GET", url: `${API}/labels` },
};

describe("gmail", () => {
  it("has a golden request for each action", () => {
    expect(Object.keys(golden)).toEqual(gmail.actions.map(({ name }) => name));
  });

  it.each(Object.entries(golden))("%s sends the documented request", async (action, expected) => {
    const { args, method, url, body = null } = expected;
    const { requests } = await runAction({ app: gmail, action, args, answers: [resource] });
    expect(requests).toEqual([{ method, url, headers: {}, body }]);
  });

  it("sends the message that was asked for", async () => {
    const { requests } = await runAction({ app: gmail, action: "GMAIL_SEND_EMAIL", args: draft });
    const { headers, bodies } = readMail(rawOf(requests[0]?.body));
    expect(headerOf(headers, "To")).toBe('"Jane" <jane@example.com>');
    expect(decodeWords(headerOf(headers, "Subject"))).toBe("Grüße");
    expect(bodies).toEqual([["text/plain", "Hi"]]);
  });

  it("lists messages with their headers, each fetched without its body", async () => {
    const { requests, data } = await runAction({
      app: gmail,
      action: "GMAIL_LIST_MESSAGES",
      args: { maxResults: 2 },
      answers: [
        { messages: [{ id: "m1" }, { id: "m2" }], nextPageToken: "p2", resultSizeEstimate: 9 },
        resource,
      ],
    });
    const headers =
      "format=metadata&metadataHeaders=From&metadataHeaders=To&metadataHeaders=Subject&metadataHeaders=Date";
    expect(requests.slice(1).map(({ url }) => url)).toEqual([
      `${API}/messages/m1?${headers}`,
      `${API}/messages/m2?${headers}`,
    ]);
    expect(data).toMatchObject({
      messages: [{ id: "m1", subject: "Hello" }, { subject: "Hello" }],
      nextPageToken: "p2",
    });
  });

  it("lists an empty mailbox", async () => {
    const answers = [{ resultSizeEstimate: 0 }];
    const { data } = await runAction({ app: gmail, action: "GMAIL_LIST_MESSAGES", args: {}, answers });
    expect(data).toEqual({ messages: [], nextPageToken: null });
  });

  it.each([
    [
      "a recipient that adds a header",
      { ...draft, to: ["jane@example.com\r\nBcc: joe@example.com"] },
      "to.0",
    ],
    ["two recipients in one", { ...draft, cc: ["jane@example.com, joe@example.com"] }, "cc.0"],
    ["a subject that adds a header", { ...draft, subject: "Hi\nBcc: joe@example.com" }, "subject"],
    [
      "a reply to more than one message",
      { ...draft, inReplyTo: "<1@a.example>\r\n <2@a.example>" },
      "inReplyTo",
    ],
    ["no recipient", { ...draft, to: [] }, "to"],
  ])("refuses %s before anything is sent", (_case, args, path) => {
    expect(refusedBy(gmail, "GMAIL_SEND_EMAIL", args)).toEqual([path]);
  });

  it("lets a host ask for less than the default", () => {
    const send = gmail.actions.find(({ name }) => name === "GMAIL_SEND_EMAIL");
    const granted = ["https://www.googleapis.com/auth/gmail.send"];
    expect(missingScopes({ app: gmail, required: send?.scopes ?? [], granted })).toEqual([]);
  });
});
