import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomToken, sha256Base64Url } from "../../src/internal/hash.js";

describe("sha256Base64Url", () => {
  it.each([
    // FIPS 180-4's examples, and RFC 7636's Appendix B.
    ["", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"],
    ["abc", "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"],
    ["dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
  ])("of %j is %s", async (text, hash) => {
    expect(await sha256Base64Url(text)).toBe(hash);
  });

  it("agrees with another implementation on any text, hashed as UTF-8", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        expect(await sha256Base64Url(text)).toBe(createHash("sha256").update(text).digest("base64url"));
      }),
    );
  });
});

describe("randomToken", () => {
  it("has 256 bits unless told otherwise, as base64url without padding", () => {
    expect(randomToken()).toMatch(/^[\w-]{43}$/);
  });

  it("has any other length on demand", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 512 }), (bytes) => {
        expect(randomToken(bytes)).toMatch(/^[\w-]+$/);
        expect(randomToken(bytes)).toHaveLength(Math.ceil((bytes * 4) / 3));
      }),
    );
  });

  it("is never the same twice", () => {
    expect(new Set(Array.from({ length: 1000 }, () => randomToken())).size).toBe(1000);
  });
});
