import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMailbox, parseMailbox } from "../../../src/apps/gmail/mailbox.js";

describe("parseMailbox", () => {
  it.each([
    ["jane@example.com", { name: null, address: "jane@example.com" }],
    ["  jane@example.com ", { name: null, address: "jane@example.com" }],
    ["<jane@example.com>", { name: null, address: "jane@example.com" }],
    ["Jane Doe <jane@example.com>", { name: "Jane Doe", address: "jane@example.com" }],
    ['"Doe, Jane" <jane@example.com>', { name: "Doe, Jane", address: "jane@example.com" }],
    [String.raw`"J \"JD\" D" <jane@example.com>`, { name: 'J "JD" D', address: "jane@example.com" }],
    ["Jürgen 🙂 <j+tag@mail.example.com>", { name: "Jürgen 🙂", address: "j+tag@mail.example.com" }],
  ])("reads %j", (text, mailbox) => {
    expect(parseMailbox(text)).toEqual(mailbox);
  });

  it.each([
    "",
    "jane",
    "jane@",
    "@example.com",
    "jane@example..com",
    "jane doe@example.com",
    "jane@example.com, joe@example.com",
    "jane@example.com joe@example.com",
    "Jane <jane@example.com> <joe@example.com>",
    "Jane <jane@example.com>, Joe <joe@example.com>",
    "Jane <jane@exämple.com>",
    "Jane <>",
    "jane@example.com\r\nBcc: joe@example.com",
    "Jane\n <jane@example.com>",
    "jane@example.com\0",
  ])("does not take %j for one mailbox", (text) => {
    expect(parseMailbox(text)).toBeNull();
  });
});

describe("formatMailbox", () => {
  it("is read back as the same mailbox, for any ASCII name that is quoted", () => {
    const name = fc
      .string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30, size: "max" })
      .filter((text) => text.trim() === text && text !== "" && !/[<>]|=\?/.test(text));
    fc.assert(
      fc.property(name, (value) => {
        const mailbox = { name: value, address: "jane@example.com" };
        const unfolded = formatMailbox(mailbox).replaceAll("\r\n ", " ");
        expect(parseMailbox(unfolded)).toEqual(mailbox);
      }),
    );
  });

  it("encodes a name that would be taken for an encoded-word", () => {
    expect(formatMailbox({ name: "=?UTF-8?B?SmFuZQ==?=", address: "j@example.com" })).not.toContain(
      "SmFuZQ==?=",
    );
  });
});
