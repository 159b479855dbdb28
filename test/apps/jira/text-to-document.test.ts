import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textToDocument } from "../../../src/apps/jira/text-to-document.js";

describe("textToDocument", () => {
  it("keeps paragraphs and line breaks", () => {
    expect(textToDocument("one\ntwo\r\n\r\nthree")).toEqual({
      type: "doc",
      version: 1,
      content: [
        {
          type: "paragraph",
          content: [{ type: "text", text: "one" }, { type: "hardBreak" }, { type: "text", text: "two" }],
        },
        { type: "paragraph", content: [{ type: "text", text: "three" }] },
      ],
    });
  });

  it("never makes an empty text node, which Jira refuses, and loses no text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", " ", "\n", "\r\n", "🙂") }), (text) => {
        const nodes = textToDocument(text).content.flatMap(({ content }) => content);
        const texts = nodes.flatMap((node) => (node.type === "text" ? [node.text] : []));
        expect(texts).not.toContain("");
        expect(texts.join("")).toBe(text.replaceAll(/[\r\n]/g, ""));
      }),
    );
  });
});
