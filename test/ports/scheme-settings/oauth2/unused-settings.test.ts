import { defineApp } from "mooring";
import { describe, expect, it } from "vitest";
import { caught } from "../../../support/actions.js";

const URL = "https://id.acme.example/";
const define = (settings: object) =>
  defineApp({
    slug: "acme",
    name: "Acme",
    description: "Tickets",
    baseUrl: "https://api.acme.example",
    authSchemes: [{ scheme: "OAUTH2", ...settings }],
  });

const BASES = {
  browser: { authorizationUrl: `${URL}authorize`, tokenUrl: `${URL}token` },
  given: { code: "given", tokenUrl: `${URL}token` },
  client: { grantType: "client_credentials", tokenUrl: `${URL}token` },
  device: { grantType: "device_code", deviceAuthorizationUrl: `${URL}device`, tokenUrl: `${URL}token` },
} as const;

/** A setting, and where it has a use. */
const CASES: readonly (readonly [string, object, readonly (keyof typeof BASES)[]])[] = [
  ["authorizationUrl", { authorizationUrl: `${URL}authorize` }, ["browser"]],
  ["authorizationFragment", { authorizationFragment: "/oauth" }, ["browser"]],
  ["authorizationParams", { authorizationParams: { prompt: "consent" } }, ["browser", "device"]],
  ["callbackMetadata", { callbackMetadata: { region: "region" } }, ["browser"]],
  ["nonce", { nonce: "always" }, ["browser"]],
  ["parameterNames", { parameterNames: { client_id: "app_id" } }, ["browser"]],
  ["pkce", { pkce: false }, ["browser"]],
  ["pushedAuthorization", { pushedAuthorization: true, issuer: URL }, ["browser"]],
  ["pushedAuthorizationUrl", { pushedAuthorizationUrl: `${URL}par` }, []],
  ["userScopes", { userScopes: { parameter: "user_scope", scopes: ["a"] } }, ["browser", "device"]],
  ["deviceAuthorizationUrl", { deviceAuthorizationUrl: `${URL}device` }, ["device"]],
  ["jwksUrl", { jwksUrl: `${URL}jwks`, issuer: URL }, ["browser", "device"]],
  ["scopes", { scopes: ["read"] }, ["browser", "device", "client"]],
  ["clientAssertion", { clientAssertion: { algorithm: "ES256" } }, []],
  ["refreshUrl", { refreshUrl: `${URL}refresh` }, ["browser", "device", "given"]],
  ["refreshParams", { refreshParams: { a: "b" } }, ["browser", "device", "given"]],
  ["refreshRequest", { refreshRequest: { url: `${URL}refresh` } }, ["browser", "device", "given"]],
  ["tokenRequestFormat", { tokenRequestMethod: "GET", tokenRequestFormat: "json" }, []],
  [
    "revocationUrl",
    {
      revocationUrl: `${URL}revoke`,
      revocationRequest: { method: "POST", url: `${URL}end`, authentication: "none" },
    },
    [],
  ],
];

describe("an OAUTH2 setting that would have no effect", () => {
  const all = CASES.flatMap(([field, settings, uses]) =>
    Object.entries(BASES).map(
      ([kind, base]) => [field, kind, { ...base, ...settings }, uses.some((use) => use === kind)] as const,
    ),
  );

  it.each(all.filter(([, , , isUsed]) => !isUsed))(
    "is refused by its name: %s, %s",
    (field, _kind, settings) => {
      expect(caught(() => define(settings))).toMatchObject({
        code: "CONFIG_INVALID",
        issues: [
          {
            path: `authSchemes.0.${field}`,
            message: expect.stringMatching(/^is only for .*: leave it out$/),
          },
        ],
      });
    },
  );

  it.each(all.filter(([, , , isUsed]) => isUsed))(
    "is taken where it has one: %s, %s",
    (_field, _kind, settings) => {
      expect(() => define(settings)).not.toThrow();
    },
  );

  it("is not one that goes with another", () => {
    const url = { pushedAuthorization: true, pushedAuthorizationUrl: `${URL}par` };
    expect(() => define({ ...BASES.browser, ...url })).not.toThrow();
    const assertion = { clientAuthentication: "private_key_jwt", clientAssertion: { algorithm: "ES256" } };
    expect(() => define({ ...BASES.client, ...assertion })).not.toThrow();
  });

  it("is named together with all others", () => {
    const error = caught(() => define({ ...BASES.client, pkce: false, nonce: "always" }));
    expect(error).toMatchObject({
      issues: [{ path: "authSchemes.0.nonce" }, { path: "authSchemes.0.pkce" }],
    });
  });
});
