import { describe, expect, it } from "vitest";
import { importCredentials } from "../../../src/schemes/oauth2/import-credentials.js";

const EXPIRES = Date.UTC(2026, 0, 1);

describe("tokens of another system", () => {
  it.each([
    ["milliseconds", EXPIRES],
    ["seconds", EXPIRES / 1000],
    ["ISO 8601", "2026-01-01T00:00:00Z"],
    ["a Date", new Date(EXPIRES)],
  ])("are read with `expires_at` in %s", (_form, expires_at) => {
    expect(importCredentials({ access_token: "a", refresh_token: "r", expires_at })).toEqual({
      access_token: "a",
      refresh_token: "r",
      token_type: "bearer",
      expires_at: EXPIRES,
    });
  });

  it("are read as a token response says them, whatever else is in there", () => {
    const given = { access_token: "a", token_type: "Bearer", scope: ["read", "write"], user: { id: 1 } };
    expect(importCredentials(given)).toEqual({
      access_token: "a",
      token_type: "bearer",
      scope: "read write",
    });
    expect(
      importCredentials({ access_token: "a", refresh_token: null, expires_at: null, scope: "" }),
    ).toEqual({
      access_token: "a",
      token_type: "bearer",
    });
  });

  it("are what is stored already", () => {
    const stored = { access_token: "a", token_type: "bearer", expires_at: EXPIRES };
    expect(importCredentials(stored)).toEqual(stored);
  });

  it.each([
    ["no access token", { refresh_token: "secret-value" }, "access_token"],
    ["a token that fits no header", { access_token: "secret-value\n" }, "access_token"],
    ["another token type", { access_token: "secret-value", token_type: "mac" }, "token_type"],
    ["a bound token without its key", { access_token: "secret-value", token_type: "DPoP" }, "dpop_key"],
    ["a time that is none", { access_token: "secret-value", expires_at: "soon" }, "expires_at"],
    ["a lifetime without a beginning", { access_token: "secret-value", expires_in: 3600 }, "expires_in"],
    ["no object", "secret-value", "expected"],
  ])("are refused with %s, naming it and no value", (_what, given, named) => {
    const read = () => importCredentials(given);
    expect(read).toThrow(TypeError);
    expect(read).toThrow(named);
    expect(read).not.toThrow("secret-value");
  });
});
