import { describe, expect, it } from "vitest";
import { noAuth } from "../../src/schemes/no-auth.js";
import { harness, refusedSettings } from "./harness.js";

describe("NO_AUTH", () => {
  const scheme = noAuth();
  const acme = harness(scheme);

  it("asks nobody for anything", () => {
    expect([acme.params, acme.integrationParams]).toEqual([[], []]);
  });

  it("is connected at once, and can be used without a connection", async () => {
    expect(await acme.connect({})).toEqual({});
    expect(scheme.anonymous?.()).toEqual({});
    expect(scheme.secrets({})).toEqual([]);
  });

  it("hands a request back as it is", () => {
    const request = new Request("https://api.acme.example/", { headers: { authorization: "the caller's" } });
    expect(acme.apply({}, request)).toBe(request);
    expect([...request.headers]).toEqual([["authorization", "the caller's"]]);
  });

  it("refuses settings, and credentials that are another scheme's", () => {
    expect(refusedSettings(scheme, { header: "X-Key" })).toMatchObject({ code: "CONFIG_INVALID" });
    expect(() => scheme.parseCredentials({ token: "t" })).toThrow(TypeError);
  });
});
