import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MessageDraft } from "../../../src/apps/gmail/compose-message.js";
import { composeMessage } from "../../../src/apps/gmail/compose-message.js";
import { ValidationError } from "../../../src/errors.js";
import { caught } from "../../support/actions.js";
import { decodeWords, headerOf, readMail } from "../../support/read-mail.js";

const control = /\p{Cc}/u;
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200, size: "max" }),
  fc.string({
    unit: fc.constantFrom("=", "?", "UTF-8?B?", " ", "a", "ü", "🙂"),
    maxLength: 200,
    size: "max",
  }),
);
const line = text.filter((value) => !control.test(value));
const address = fc.stringMatching(/^[a-z0-9.+-]{1,20}@[a-z0-9-]{1,20}\.(?:com|org)$/);
const displayName = fc
  .oneof(
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 90, size: "max" }),
    fc.string({ unit: fc.constantFrom("J", "d", ".", ",", " "), minLength: 1, maxLength: 90, size: "max" }),
  )
  .filter((name) => name.trim() === name && name !== "" && !/[<>"\\]/.test(name) && !control.test(name));
const mailbox = fc.record({ name: fc.option(displayName), address });
const draft = fc.record({
  to: fc.array(mailbox, { minLength: 1, maxLength: 5 }),
  subject: line,
  body: text,
  html: fc.option(text),
});

const written = ({ name, address: at }: { name: string | null; address: string }) =>
  name === null ? at : `${name} <${at}>`;
const toDraft = (value: typeof draft extends fc.Arbitrary<infer Value> ? Value : never): MessageDraft => ({
  to: value.to.map(written),
  subject: value.subject,
  body: value.body,
  html: value.html ?? undefined,
});
const withBreaks = (value: string) => value.replaceAll(/\r\n|\r|\n/g, "\r\n");

const minimal: MessageDraft = { to: ["jane@example.com"], subject: "Hello", body: "Hi Jane" };

describe("composeMessage", () => {
  it("writes plain text", () => {
    expect(composeMessage(minimal).split("\r\n")).toEqual([
      "To: jane@example.com",
      "Subject: Hello",
      "MIME-Version: 1.0",
      'Content-Type: text/plain; charset="UTF-8"',
      "Content-Transfer-Encoding: base64",
      "",
      "SGkgSmFuZQ==",
      "",
    ]);
  });

  it("writes alternatives, the preferred one last", () => {
    const message = composeMessage({
      to: ["Jane Doe <jane@example.com>", "Jürgen <j@example.com>"],
      cc: ["cc@example.com"],
      bcc: ["bcc@example.com"],
      subject: "Grüße",
      body: "Hi",
      html: "<p>Hi</p>",
      inReplyTo: "<1@example.com>",
    });
    expect(message.split("\r\n")).toEqual([
      'To: "Jane Doe" <jane@example.com>,',
      " =?UTF-8?B?SsO8cmdlbg==?=",
      " <j@example.com>",
      "Cc: cc@example.com",
      "Bcc: bcc@example.com",
      "Subject: =?UTF-8?B?R3LDvMOfZQ==?=",
      "In-Reply-To: <1@example.com>",
      "References: <1@example.com>",
      "MIME-Version: 1.0",
      'Content-Type: multipart/alternative; boundary="=_mooring_alternative"',
      "",
      "--=_mooring_alternative",
      'Content-Type: text/plain; charset="UTF-8"',
      "Content-Transfer-Encoding: base64",
      "",
      "SGk=",
      "",
      "--=_mooring_alternative",
      'Content-Type: text/html; charset="UTF-8"',
      "Content-Transfer-Encoding: base64",
      "",
      "PHA+SGk8L3A+",
      "",
      "--=_mooring_alternative--",
      "",
    ]);
  });

  it("says what it was given, whatever the language", () => {
    fc.assert(
      fc.property(draft, (value) => {
        const { headers, bodies } = readMail(composeMessage(toDraft(value)));
        expect(decodeWords(headerOf(headers, "Subject"))).toBe(value.subject);
        expect(bodies).toEqual([
          ["text/plain", withBreaks(value.body)],
          ...(value.html === null ? [] : [["text/html", withBreaks(value.html)]]),
        ]);
        for (const { name, address: at } of value.to) {
          expect(headerOf(headers, "To")).toContain(at);
          expect(decodeWords(headerOf(headers, "To"))).toContain(name ?? at);
        }
      }),
    );
  });

  it("is ASCII in short lines that end with CRLF", () => {
    fc.assert(
      fc.property(draft, (value) => {
        const message = composeMessage(toDraft(value));
        expect(message).toMatch(/^[\r\n\x20-\x7e]*$/);
        expect(message.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        for (const one of message.split("\r\n")) {
          // RFC 2047 §2 allows a line with an encoded-word two characters less than RFC 5322 §2.1.1.
          expect(one.length).toBeLessThanOrEqual(one.includes("=?UTF-8?B?") ? 76 : 78);
        }
      }),
    );
  });

  it("has the headers it should have and no other, whatever the text", () => {
    fc.assert(
      fc.property(draft, (value) => {
        const { headers } = readMail(composeMessage(toDraft(value)));
        const names = headers.map(([name]) => name);
        const own = value.html === null ? ["Content-Type", "Content-Transfer-Encoding"] : ["Content-Type"];
        expect(names).toEqual(["To", "Subject", "MIME-Version", ...own]);
      }),
    );
  });

  it("refuses every line break and control character in a header", () => {
    const lineBreak = fc.constantFrom("\r\n", "\r", "\n", "\r\n ", "\0", "\t", "\u0085", "\u007f");
    fc.assert(
      fc.property(line, lineBreak, line, (before, injected, after) => {
        const value = `${before}${injected}${after}`;
        const forged = [
          { ...minimal, subject: value },
          { ...minimal, to: [`${value}jane@example.com`] },
          { ...minimal, cc: [`${value} <jane@example.com>`] },
          { ...minimal, inReplyTo: `<${value}@example.com>` },
        ];
        for (const one of forged) expect(() => composeMessage(one)).toThrow(ValidationError);
      }),
    );
  });

  it("names every wrong field without quoting it", () => {
    const error = caught(() =>
      composeMessage({
        ...minimal,
        to: ["jane"],
        bcc: ["a@b.c", "x@y.z\r\nSecret: 1"],
        subject: "a\nb",
        inReplyTo: "7",
      }),
    );
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      issues: [{ path: "to.0" }, { path: "bcc.1" }, { path: "inReplyTo" }, { path: "subject" }],
    });
    expect(JSON.stringify(error)).not.toContain("Secret");
  });
});
