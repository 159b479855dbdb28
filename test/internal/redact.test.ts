import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactJson, redactText, safeCause } from "../../src/internal/redact.js";

const SECRET = 'p@ss/w rd+"ü"';

describe("redactText", () => {
  it.each([
    ["as it is", SECRET],
    ["percent-encoded", encodeURIComponent(SECRET)],
    ["percent-encoded in lower case", "p%40ss%2fw%20rd%2b%22%c3%bc%22"],
    ["form-encoded", new URLSearchParams([["", SECRET]]).toString().slice(1)],
    ["in base64", Buffer.from(SECRET).toString("base64")],
    ["in base64 without padding", Buffer.from(SECRET).toString("base64").replace(/=+$/, "")],
    ["in base64url", Buffer.from(SECRET).toString("base64url")],
    ["in XML", "p@ss/w rd+&quot;ü&quot;"],
    ["in JSON", JSON.stringify(SECRET).slice(1, -1)],
    ["in JSON of ASCII only", 'p@ss/w rd+\\"\\u00fc\\"'],
    ["in JSON with escaped slashes", 'p@ss\\/w rd+\\"ü\\"'],
  ])("replaces a secret %s", (_form, text) => {
    expect(redactText(`<${text}>`, [SECRET])).toBe("<[redacted]>");
  });

  it("replaces the longest of several secrets first, so that no tail is left", () => {
    expect(redactText("token-123456", ["token", "token-123456"])).toBe("[redacted]");
  });

  it("takes a secret literally where it looks like a pattern", () => {
    expect(redactText("a.c+ aXc+", ["a.c+"])).toBe("[redacted] aXc+");
  });

  it("leaves strings of fewer than four characters alone", () => {
    expect(redactText("abc", ["abc", ""])).toBe("abc");
  });

  it("takes a secret that no UTF-8 text can hold", () => {
    expect(redactText("x abc\uD800d y abc%EF%BF%BDd", ["abc\uD800d"])).toBe("x [redacted] y [redacted]");
  });

  it("replaces any secret, whole, in whatever form it is quoted", () => {
    const secret = fc
      .string({ minLength: 4, maxLength: 40, unit: "grapheme" })
      .filter((text) => !/[<>]/.test(text));
    fc.assert(
      fc.property(secret, (value) => {
        const quoted = [
          value,
          encodeURIComponent(value),
          JSON.stringify(value).slice(1, -1),
          Buffer.from(value).toString("base64"),
          Buffer.from(value).toString("base64url"),
        ];
        for (const form of quoted) expect(redactText(`<${form}>`, [value])).toBe("<[redacted]>");
      }),
    );
  });
});

describe("redactJson", () => {
  it("redacts keys and strings at any depth, and leaves the value itself as it was", () => {
    const value = { list: [{ text: `Bearer ${SECRET}` }], [SECRET]: 1 };
    expect(redactJson(value, [SECRET])).toEqual({ list: [{ text: "Bearer [redacted]" }], "[redacted]": 1 });
    expect(value).toEqual({ list: [{ text: `Bearer ${SECRET}` }], [SECRET]: 1 });
  });

  it("redacts a number that is a secret, and no other", () => {
    expect(redactJson([12_345_678, 123_456_789, 12_345_678n], ["12345678"])).toEqual([
      "[redacted]",
      123_456_789,
      "[redacted]",
    ]);
  });

  it("returns plain data, as JSON would", () => {
    const value = {
      at: new Date(0),
      url: new URL("https://example.com/?key=s3cr3t-1"),
      bytes: new TextEncoder().encode("s3cr3t-1"),
      failure: Object.assign(new Error("no s3cr3t-1"), { headers: "s3cr3t-1" }),
      run: () => 1,
      missing: undefined,
      list: [undefined],
      nothing: null,
    };
    expect(redactJson(value, ["s3cr3t-1"])).toEqual({
      at: "1970-01-01T00:00:00.000Z",
      url: "https://example.com/?key=[redacted]",
      bytes: "[8 bytes]",
      failure: { name: "Error", message: "no [redacted]" },
      list: [null],
      nothing: null,
    });
  });

  it("ends at cycles and at depth", () => {
    const cyclic: { name: string; self?: unknown } = { name: "a" };
    cyclic.self = cyclic;
    expect(redactJson(cyclic, [])).toEqual({ name: "a", self: "[circular]" });

    let deep: unknown = "s3cr3t-1";
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(JSON.stringify(redactJson(deep, ["s3cr3t-1"]))).toContain("[too deep]");
  });

  it("copies an object that is met twice, twice", () => {
    const shared = { token: SECRET };
    expect(redactJson([shared, shared], [SECRET])).toEqual([
      { token: "[redacted]" },
      { token: "[redacted]" },
    ]);
  });

  it("keeps a key named __proto__ a key", () => {
    const result = redactJson(JSON.parse('{"__proto__":{"admin":true}}'), []);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"admin":true}}');
    expect(result).not.toHaveProperty("admin");
  });

  it("leaves any JSON without secrets as it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(redactJson(value, ["\u0001never\u0001"]))).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe("safeCause", () => {
  it("keeps name, redacted message and code, and nothing else", () => {
    const error = Object.assign(new TypeError(`bad ${SECRET}`), {
      code: "E_BAD",
      request: { headers: { authorization: SECRET } },
      cause: new Error(SECRET),
    });
    const cause = safeCause(error, [SECRET]);
    expect(cause).toMatchObject({ name: "TypeError", message: "bad [redacted]", code: "E_BAD" });
    expect(cause.cause).toBeUndefined();
    expect(inspect(cause, { depth: null, showHidden: true })).not.toContain(SECRET);
  });

  it("names the code of the error behind it, which says why a fetch failed", () => {
    const error = new TypeError("fetch failed", {
      cause: Object.assign(new Error(""), { code: "ECONNREFUSED" }),
    });
    expect(safeCause(error)).toMatchObject({ message: "fetch failed", code: "ECONNREFUSED" });
  });

  it("does not show what was thrown when it is no error", () => {
    expect(safeCause({ token: SECRET }).message).not.toContain(SECRET);
  });
});
