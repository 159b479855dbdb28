import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cookieValue, withCookie } from "../../../src/schemes/internal/cookie.js";

describe("cookieValue", () => {
  it.each([
    ["abc-._~!#$%&'()*+/:<=>?@[]^`{|}", "abc-._~!#$%&'()*+/:<=>?@[]^`{|}"],
    ['a b;c,d"e\\f', "a%20b%3Bc%2Cd%22e%5Cf"],
    ["ü€😀\n", "%C3%BC%E2%82%AC%F0%9F%98%80%0A"],
  ])("writes %j as %s", (text, value) => {
    expect(cookieValue(text)).toBe(value);
  });

  it("makes of any text what RFC 6265 §4.1.1 allows", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(cookieValue(text)).toMatch(/^[!#-+\--:<-[\]-~]*$/);
      }),
    );
  });
});

describe("withCookie", () => {
  it.each([
    [null, "key=v"],
    ["", "key=v"],
    ["a=1; b=2", "a=1; b=2; key=v"],
    ["key=forged; a=1;key = forged", "a=1; key=v"],
    ["keys=1; Key=2", "keys=1; Key=2; key=v"],
  ])("adds to %j", (header, expected) => {
    expect(withCookie(header, "key", "v")).toBe(expected);
  });
});
