import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readParams, splitByOwner, splitList, toExpectedParam } from "../../src/core/params.js";
import type { ParamSpec } from "../../src/ports/auth-scheme.js";
import { caught } from "../support/actions.js";

const spec = (name: string, changes: Partial<ParamSpec> = {}): ParamSpec => ({
  name,
  displayName: name,
  description: `The ${name}`,
  required: false,
  secret: false,
  default: null,
  aliases: [],
  pattern: null,
  ...changes,
});
const read = (specs: readonly ParamSpec[], input: Readonly<Record<string, unknown>>) =>
  readParams({ specs, input, path: "connectionParams" });

describe("readParams", () => {
  const key = spec("api_key", { required: true, secret: true, aliases: ["token"] });
  const subdomain = spec("subdomain", { pattern: "[a-z]+" });
  const scopes = spec("scopes", { default: "read" });

  it("takes values by name or by another name, and fills in defaults", () => {
    expect(read([key, subdomain, scopes], { token: "k" })).toEqual({ api_key: "k", scopes: "read" });
    expect(read([key, scopes], { api_key: "k", scopes: ["a", "b"] })).toEqual({
      api_key: "k",
      scopes: "a,b",
    });
  });

  it("takes an empty text for none", () => {
    expect(read([scopes, subdomain], { scopes: "", subdomain: undefined })).toEqual({ scopes: "read" });
    expect(read([scopes, subdomain], { subdomain: "" })).toEqual({ scopes: "read" });
    expect(caught(() => read([key], { api_key: "" }))).toMatchObject({
      issues: [{ path: "connectionParams.api_key", message: "required: The api_key" }],
    });
  });

  it("names every wrong field at once, and no value", () => {
    const error = caught(() => read([key, subdomain], { subdomain: "NOT-THIS", user: "hidden", token: 5 }));
    expect(error).toMatchObject({
      name: "ValidationError",
      issues: [
        { path: "connectionParams.subdomain", message: "must match [a-z]+" },
        { path: "connectionParams.user", message: "unknown field; expected api_key, subdomain" },
        { path: "connectionParams.token", message: "must be a string" },
        { path: "connectionParams.api_key", message: "required: The api_key" },
      ],
    });
    expect(String(error)).not.toMatch(/NOT-THIS|hidden/);
  });

  it("says so when no field is expected at all", () => {
    expect(caught(() => read([], { key: "k" }))).toMatchObject({
      issues: [{ message: "unknown field; none is expected" }],
    });
  });

  it("matches the pattern against the whole value", () => {
    for (const value of ["ada/evil", "/ada", "ada\nevil", "ada|"]) {
      expect(() => read([subdomain], { subdomain: value })).toThrow("must match");
    }
    expect(() => read([spec("id", { pattern: "a|b" })], { id: "ax" })).toThrow("must match");
  });

  it("takes one field under two names only when they agree", () => {
    expect(read([key], { api_key: "k", token: "k" })).toEqual({ api_key: "k" });
    expect(caught(() => read([key], { api_key: "k", token: "l" }))).toMatchObject({
      name: "ConfigurationError",
      code: "CONFIG_INVALID",
      issues: [{ path: "connectionParams.token" }],
    });
  });

  it("prefers a field's own name to another field's alias", () => {
    const token = spec("token");
    expect(read([key, token], { api_key: "k", token: "t" })).toEqual({ api_key: "k", token: "t" });
  });

  it("returns known fields only, or throws a typed error, whatever it is given", () => {
    const keys = fc.constantFrom("api_key", "token", "subdomain", "scopes", "__proto__", "toString", "x");
    const values = fc.oneof(fc.string(), fc.array(fc.string()), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, values)), (entries) => {
        let names: readonly string[];
        try {
          names = Object.keys(read([key, subdomain, scopes], Object.fromEntries(entries)));
        } catch (error) {
          expect(error).toHaveProperty("code");
          return;
        }
        expect(names.filter((name) => !["api_key", "subdomain", "scopes"].includes(name))).toEqual([]);
      }),
    );
  });
});

describe("splitByOwner", () => {
  it("moves the user's fields out of the developer's, and leaves the rest to be complained of there", () => {
    const input = { client_id: "c", token: "t", typo: "x" };
    const user = [spec("api_key", { aliases: ["token"] }), spec("client_id")];
    expect(splitByOwner(input, user, [spec("client_id")])).toEqual({
      user: { token: "t" },
      developer: { client_id: "c", typo: "x" },
    });
  });
});

describe("splitList", () => {
  it.each([
    [undefined, []],
    ["", []],
    ["a", ["a"]],
    ["a,b c,, d\n", ["a", "b", "c", "d"]],
  ])("splits %j into %j", (text, parts) => {
    expect(splitList(text)).toEqual(parts);
  });
});

describe("toExpectedParam", () => {
  it("is the seed's shape, and says who gives it and whether it is secret", () => {
    expect(toExpectedParam(spec("api_key", { required: true, secret: true }), true)).toEqual({
      name: "api_key",
      display_name: "api_key",
      description: "The api_key",
      type: "string",
      default: null,
      required: true,
      expected_from_customer: true,
      is_secret: true,
      get_current_user_endpoint: null,
    });
  });
});
