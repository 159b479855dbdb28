import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escapeXml, isXmlText } from "../../../src/internal/escape-xml.js";
import { readXml } from "../../../src/schemes/internal/read-xml.js";

describe("readXml", () => {
  it.each([
    ["<a><b>1</b></a>", { a: { b: "1" } }],
    ["<a><b>1</b><b>2</b></a>", { a: { b: ["1", "2"] } }],
    ["<a/>", { a: "" }],
    [
      '<?xml version="1.0"?><!-- c --><s:Envelope xmlns:s="x"><s:Body k="v"> t </s:Body></s:Envelope>',
      { Envelope: { Body: "t" } },
    ],
    ["<a><![CDATA[<x>]]>&amp;&#65;</a>", { a: "<x>&A" }],
    ["<a><__proto__>1</__proto__></a>", { a: JSON.parse('{"__proto__":"1"}') }],
  ])("reads %s", (text, expected) => {
    expect(readXml(text)).toEqual(expected);
  });

  it.each([
    ["no XML", "hello"],
    ["an empty text", ""],
    ["JSON", '{"a":1}'],
    ["a document that is cut off", "<a><b>1</b>"],
    ["tags that do not match", "<a><b></a></b>"],
    ["two documents", "<a/><b/>"],
    ["an entity of its own", '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'],
    ["a file of the reader's", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'],
    ["a document that is too deep", `${"<a>".repeat(200)}${"</a>".repeat(200)}`],
  ])("does not read %s", (_what, text) => {
    expect(readXml(text)).toBeNull();
  });

  it("reads a million bytes of elements with one name", () => {
    const items = "<i>1</i>".repeat(120_000);
    expect(readXml(`<a>${items}</a>`)).toMatchObject({ a: { i: { length: 120_000 } } });
  });

  it("reads back any text that was escaped", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }).filter(isXmlText), (text) => {
        // Line ends are made one (XML 1.0 §2.11), and what stands around a value is none of it.
        const expected = text.replaceAll(/\r\n?/g, "\n").trim();
        expect(readXml(`<a>${escapeXml(text)}</a>`)).toEqual({ a: expected });
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        readXml(`<a>${text}`);
        readXml(text);
      }),
    );
  });
});
