import { defineApp } from "mooring";
import { describe, expect, it } from "vitest";

const acme = (changes: { readonly baseUrl?: string; readonly auth?: object }) =>
  defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: changes.baseUrl ?? "https://api.acme.example",
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: "https://acme.example/authorize",
        tokenUrl: "https://acme.example/token",
        callbackMetadata: { domain: "domain" },
        ...changes.auth,
      },
    ],
  });
const refusal = {
  code: "CONFIG_INVALID",
  issues: [{ path: "authSchemes.0.callbackMetadata.domain", message: expect.stringContaining("pattern") }],
};

describe("a callback value, which anyone can write into a URL", () => {
  it.each([
    ["the token URL", { auth: { tokenUrl: "https://{domain}/token" } }],
    ["the base URL", { baseUrl: "https://{domain}.acme.example" }],
    [
      "the URL of an exchange",
      { auth: { tokenExchanges: [{ url: "https://{domain}/exchange", params: {} }] } },
    ],
  ])("is no host of %s without a pattern", (_what, changes) => {
    expect(() => acme(changes)).toThrow(expect.objectContaining(refusal));
  });

  it("may be one with a pattern", () => {
    const pattern = "[a-z]+\\.acme\\.example";
    const callbackMetadata = { domain: { parameter: "domain", pattern } };
    const app = acme({ auth: { tokenUrl: "https://{domain}/token", callbackMetadata } });
    expect(app.slug).toBe("acme");
  });

  it("may stand in a path", () => {
    expect(acme({ baseUrl: "https://api.acme.example/{domain}" }).slug).toBe("acme");
  });
});
