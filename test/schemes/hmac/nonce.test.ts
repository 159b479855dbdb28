import { describe, expect, it } from "vitest";
import { makeNonce } from "../../../src/schemes/hmac/nonce.js";

describe("makeNonce", () => {
  it.each([
    ["hex", /^[0-9a-f]{32}$/],
    ["uuid", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ["base64url", /^[\w-]{22}$/],
  ] as const)("makes another one each time: %s", (kind, form) => {
    const nonces = Array.from({ length: 100 }, () => makeNonce(kind, 0));
    expect(new Set(nonces).size).toBe(100);
    for (const nonce of nonces) expect(nonce).toMatch(form);
  });

  it("makes each greater than the one before, also when the clock stands still or is set back", () => {
    const at = Date.UTC(2100, 0, 1);
    const nonces = [at, at, at - 5_000, at + 10, at + 10].map((now) => makeNonce("increasing", now));
    expect(nonces).toEqual([at, at + 1, at + 2, at + 10, at + 11].map(String));
  });
});
