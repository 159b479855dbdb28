import { describe, expect, it } from "vitest";
import { readSource } from "../../src/internal/read-source.js";

const answer = { url: "https://na1.acme.example", id: 7, admin: false, empty: "", nested: { list: [] } };

describe("the text at a place of an answer", () => {
  it.each([
    ["url", "https://na1.acme.example"],
    ["id", "7"],
    ["admin", "false"],
    ["empty", null],
    ["nested", null],
    ["nested.list", null],
    ["missing", null],
  ])("%s", (path, text) => {
    expect(readSource(answer, path)).toBe(text);
  });

  it("is the first group of a pattern the whole of it matches", () => {
    expect(readSource(answer, { path: "url", pattern: "https://([a-z0-9]+)\\.acme\\.example" })).toBe("na1");
    expect(readSource(answer, { path: "url", pattern: "https://([a-z0-9]+)\\.acme" })).toBeNull();
    expect(readSource(answer, { path: "id", pattern: "\\d" })).toBe("7");
  });

  it("matches an alternative as a whole", () => {
    expect(readSource({ region: "eu.evil" }, { path: "region", pattern: "us|eu" })).toBeNull();
  });
});
