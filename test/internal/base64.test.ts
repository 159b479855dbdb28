import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64, encodeBase64Text, encodeBase64Url } from "../../src/internal/base64.js";

describe("base64", () => {
  it("agrees with Node's own encoder on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: "max" }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
        expect(encodeBase64Url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      }),
    );
  });

  it("agrees with Node's own encoder on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300, size: "max" }), (text) => {
        expect(encodeBase64Text(text)).toBe(Buffer.from(text).toString("base64"));
      }),
    );
  });

  it("reads both alphabets, padded or not", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: "max" }), (bytes) => {
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
        expect(decodeBase64(encodeBase64Url(bytes))).toEqual(bytes);
      }),
    );
  });

  it("reads across line breaks, as providers wrap long values", () => {
    expect(new TextDecoder().decode(decodeBase64("aGVs\nbG8=\r\n") ?? undefined)).toBe("hello");
  });

  it.each(["a", "a*b=", "é", "=="])("does not take %j for base64", (text) => {
    expect(decodeBase64(text)).toBeNull();
  });
});
