import { describe, expect, it } from "vitest";
import { assertFitUrls } from "../../src/core/url-params.js";
import { acmeApp } from "../support/acme.js";

const app = acmeApp({
  baseUrl: "https://{site}.acme.example/api",
  origins: ["https://files.acme.example/{folder}"],
  connectionParams: ["site", "folder", "realm", "tenant"].map((name) => ({
    name,
    displayName: name,
    description: name,
    pattern: "[^]*",
  })),
});
const settings = {
  revocationUrl: "https://acme.example/tokens/{token}",
  steps: [{ request: { url: "https://{tenant}.acme.example/login", body: { realm: "{realm}" } } }],
};
const specs = [
  ...app.connectionParams.map(({ name }) => ({ name, secret: false })),
  { name: "token", secret: true },
].map((spec) => ({
  ...spec,
  displayName: spec.name,
  description: spec.name,
  required: true,
  default: null,
  aliases: [],
  pattern: null,
}));
const check = (values: Readonly<Record<string, string>>) => () =>
  assertFitUrls({ app, settings }, specs, values);

describe("values that are filled into URLs", () => {
  it("are letters, digits, dots, underscores, tildes and hyphens", () => {
    expect(check({ site: "a.B-1_~", folder: "x", tenant: "y", realm: "anything / at all?" })).not.toThrow();
  });

  it.each(["site", "folder", "tenant"])("are refused otherwise, by name: %s", (name) => {
    for (const value of ["evil.example/", "a@b", "a:8", "..", "", "a b", "a%2f", "a\n", "bücher", "a。b"]) {
      expect(check({ [name]: value })).toThrow(
        expect.objectContaining({
          code: "INPUT_INVALID",
          issues: [{ path: `connectionParams.${name}`, message: expect.any(String) }],
        }),
      );
    }
  });

  it("are not secrets: a scheme that puts one there encodes it", () => {
    expect(check({ token: "a/b" })).not.toThrow();
  });

  it("are all named, and not repeated", () => {
    expect(check({ site: "evil/1", tenant: "evil/2" })).toThrow(
      expect.objectContaining({
        issues: [
          expect.objectContaining({ path: "connectionParams.site" }),
          expect.objectContaining({ path: "connectionParams.tenant" }),
        ],
        message: expect.not.stringContaining("evil"),
      }),
    );
  });
});
