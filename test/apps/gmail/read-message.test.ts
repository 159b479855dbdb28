import { describe, expect, it } from "vitest";
import { messageResource, readMessage } from "../../../src/apps/gmail/read-message.js";

const base64Url = (text: string) => Buffer.from(text).toString("base64url");
const read = (value: unknown) => readMessage(messageResource.parse(value));

/** A message as `users.messages.get` gives it: text, HTML and an attachment. */
const message = {
  id: "m1",
  threadId: "t1",
  labelIds: ["INBOX", "UNREAD"],
  snippet: "Hi Jane",
  payload: {
    mimeType: "multipart/mixed",
    headers: [
      { name: "From", value: "Joe <joe@example.com>" },
      { name: "To", value: "jane@example.com" },
      { name: "subject", value: "Hello" },
      { name: "Date", value: "Sat, 31 Jan 2026 09:00:00 +0100" },
      { name: "Message-ID", value: "<1@example.com>" },
    ],
    body: { size: 0 },
    parts: [
      {
        mimeType: "multipart/alternative",
        parts: [
          { mimeType: "text/plain", filename: "", body: { size: 9, data: base64Url("Hi Jané 🙂") } },
          { mimeType: "text/html", filename: "", body: { size: 9, data: base64Url("<p>Hi</p>") } },
        ],
      },
      { mimeType: "text/plain", filename: "notes.txt", body: { attachmentId: "a1", size: 1234 } },
    ],
  },
};

describe("readMessage", () => {
  it("gives the headers that matter, the text decoded and what is attached", () => {
    expect(read(message)).toEqual({
      id: "m1",
      threadId: "t1",
      labelIds: ["INBOX", "UNREAD"],
      snippet: "Hi Jane",
      from: "Joe <joe@example.com>",
      to: "jane@example.com",
      cc: null,
      subject: "Hello",
      date: "Sat, 31 Jan 2026 09:00:00 +0100",
      messageId: "<1@example.com>",
      text: "Hi Jané 🙂",
      html: "<p>Hi</p>",
      attachments: [{ filename: "notes.txt", mimeType: "text/plain", size: 1234, attachmentId: "a1" }],
    });
  });

  it("reads a message of one part", () => {
    const payload = { mimeType: "text/html", headers: [], body: { size: 2, data: base64Url("Hi") } };
    expect(read({ id: "m1", threadId: "t1", payload })).toMatchObject({
      text: null,
      html: "Hi",
      attachments: [],
    });
  });

  it("reads a message of which only metadata was asked for", () => {
    const payload = { mimeType: "multipart/mixed", headers: message.payload.headers };
    expect(read({ ...message, payload })).toMatchObject({ subject: "Hello", text: null, html: null });
  });
});
