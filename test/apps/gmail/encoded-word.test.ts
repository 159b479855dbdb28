import { describe, expect, it } from "vitest";
import { encodedWords, unstructured } from "../../../src/apps/gmail/encoded-word.js";
import { decodeWords } from "../../support/read-mail.js";

describe("unstructured", () => {
  it.each(["", "Hello", "Re: 50% off = cheap?", "a".repeat(69)])("leaves %j as it is", (subject) => {
    expect(unstructured("Subject", subject)).toBe(subject);
  });

  it.each([
    ["what is not ASCII", "Grüße"],
    ["what would be taken for an encoded-word", "=?UTF-8?B?SGk=?="],
    ["spaces at the ends, which a reader would drop", " Hello "],
    ["what does not fit on a line", "a".repeat(70)],
  ])("encodes %s", (_case, subject) => {
    const value = unstructured("Subject", subject);
    expect(value).toMatch(/^=\?UTF-8\?B\?/);
    expect(decodeWords(value)).toBe(subject);
  });
});

describe("encodedWords", () => {
  it("splits between characters, never within one", () => {
    // 13 of 3 bytes fill a word of 39; the 14th begins the next, and so does an emoji of 4 bytes.
    expect(encodedWords("€".repeat(14)).split("\r\n ")).toEqual([
      `=?UTF-8?B?${Buffer.from("€".repeat(13)).toString("base64")}?=`,
      `=?UTF-8?B?${Buffer.from("€").toString("base64")}?=`,
    ]);
    expect(encodedWords(`${"a".repeat(36)}🙂`).split("\r\n ")).toHaveLength(2);
  });
});
