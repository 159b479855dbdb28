import { defineApp } from "mooring";
import { describe, expect, it } from "vitest";
import { caught } from "../support/actions.js";

const define = (settings: object) =>
  defineApp({
    slug: "acme",
    name: "Acme",
    description: "Tickets",
    baseUrl: "https://{subdomain}.acme.example",
    connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Subdomain" }],
    authSchemes: [Object(settings)],
  });
const field = (name: string, rest: object = {}) => ({ name, displayName: name, description: name, ...rest });

const JWT = { scheme: "JWT", algorithm: "RS256", fields: [field("account")] };
const HMAC = {
  scheme: "HMAC",
  fields: [field("key_id")],
  canonical: ["{timestamp}", "{path}"],
  placements: [{ in: "header", name: "X-Signature", template: "{signature}" }],
};
const LOGIN = {
  url: "https://{subdomain}.acme.example/login",
  body: { user: "{username}", nested: { password: "{password}" } },
};
const TWO_STEP = {
  scheme: "TWO_STEP",
  fields: [
    field("username"),
    field("password", { secret: true }),
    field("app_key", { from: "integration", secret: true }),
  ],
  steps: [
    { request: LOGIN, values: { ticket: { path: "ticket" } } },
    {
      request: { url: "https://a.acme.example/{step1.ticket}", headers: { "x-key": "{app_key}" } },
      values: { token: { path: "token" } },
    },
  ],
  placements: [{ template: "{step1.ticket}:{token}:{username}:{app_key}:{subdomain}" }],
};
/** A login of one step, which is this. */
const loginBy = (request: object) => ({
  ...TWO_STEP,
  steps: [{ request, values: { ticket: { path: "ticket" } } }],
  placements: [{ template: "{ticket}" }],
});
const BASIC_WITH_JWT = {
  scheme: "BASIC_WITH_JWT",
  tokenUrl: "https://{subdomain}.acme.example/token/{username}",
  body: { user: "{username}" },
};
const OAUTH2 = {
  scheme: "OAUTH2",
  authorizationUrl: "https://{subdomain}.acme.example/authorize",
  tokenUrl: "https://acme.example/token",
  tokenParams: { state: "{state}", id: "{client_id}" },
  tokenRequestHeaders: { "x-client": "{client_id}:{client_secret}" },
  requestHeaders: { "x-client": "{client_id}", "x-team": "{team}" },
  tokenResponse: { metadata: { team: "team.id" } },
};
const revocation = (changes: object) => ({
  ...OAUTH2,
  revocationRequest: { method: "POST", url: "https://acme.example/", authentication: "none", ...changes },
});
const exchanged = (changes: object) => ({
  ...OAUTH2,
  tokenExchanges: [{ url: "https://acme.example/x", params: { token: "{access_token}" }, ...changes }],
});

describe("a placeholder in the settings of a scheme", () => {
  it.each([
    ["JWT", { ...JWT, claims: { iss: "{account}:{subdomain}:{fingerprint}", at: "{iat}" } }],
    ["HMAC", HMAC],
    ["TWO_STEP", TWO_STEP],
    ["BASIC_WITH_JWT", BASIC_WITH_JWT],
    ["OAUTH2", OAUTH2],
    ["OAUTH2, revocation", revocation({ form: { token: "{refresh_token}" } })],
    ["OAUTH2, exchange", exchanged({})],
  ])("is taken where something fills it in: %s", (_what, settings) => {
    expect(() => define(settings)).not.toThrow();
  });

  it.each<[string, object, string]>([
    ["a claim", { ...JWT, claims: { iss: { deep: "{nobody}" } } }, "claims.iss.deep"],
    ["a header of a JWT", { ...JWT, header: { kid: "{nobody}" } }, "header.kid"],
    [
      "a fingerprint of a secret",
      { ...JWT, algorithm: "HS256", claims: { iss: "{fingerprint}" } },
      "claims.iss",
    ],
    ["a placement of a JWT", { ...JWT, placement: { template: "{tokn}" } }, "placement.template"],
    ["what is signed", { ...HMAC, canonical: ["{path}", "{nobody}"] }, "canonical.1"],
    [
      "an inner hash",
      { ...HMAC, canonical: ["{inner_hash}"], innerHash: { canonical: ["{nobody}"] } },
      "innerHash.canonical.0",
    ],
    [
      "a place of a signature",
      { ...HMAC, placements: [{ in: "header", name: "a", template: "{nobody}{signature}" }] },
      "placements.0.template",
    ],
    ["a body of a login", loginBy({ ...LOGIN, body: { a: { b: "{nobody}" } } }), "steps.0.request.body.a.b"],
    [
      "a step that comes too early",
      loginBy({ ...LOGIN, headers: { a: "{step2.token}" } }),
      "steps.0.request.headers.a",
    ],
    ["a secret in a login's URL", loginBy({ url: "https://acme.example/{password}" }), "steps.0.request.url"],
    ["a logout", { ...TWO_STEP, logout: { url: "https://acme.example/{nobody}" } }, "logout.url"],
    [
      "a refresh",
      {
        ...TWO_STEP,
        refresh: {
          request: { url: "https://acme.example/", basic: { username: "{nobody}", password: "" } },
          values: { token: { path: "token" } },
        },
      },
      "refresh.request.basic.username",
    ],
    [
      "a password in each request",
      { ...TWO_STEP, placements: [{ template: "{password}" }] },
      "placements.0.template",
    ],
    ["a token URL", { ...BASIC_WITH_JWT, tokenUrl: "https://{nobody}.acme.example/" }, "tokenUrl"],
    ["a body with HTTP Basic", { ...BASIC_WITH_JWT, body: { a: "{nobody}" } }, "body.a"],
    [
      "an authorization URL",
      { ...OAUTH2, authorizationUrl: "https://{nobody}.acme.example/" },
      "authorizationUrl",
    ],
    [
      "a parameter of the authorization",
      { ...OAUTH2, authorizationParams: { a: "{nobody}" } },
      "authorizationParams.a",
    ],
    ["a parameter of the exchange", { ...OAUTH2, tokenParams: { a: "{client_secret}" } }, "tokenParams.a"],
    [
      "a state nobody came back with",
      { ...OAUTH2, grantType: "client_credentials", authorizationUrl: null },
      "tokenParams.state",
    ],
    [
      "a header of token requests",
      { ...OAUTH2, tokenRequestHeaders: { a: "{nobody}" } },
      "tokenRequestHeaders.a",
    ],
    ["a header of requests", { ...OAUTH2, requestHeaders: { a: "{client_secret}" } }, "requestHeaders.a"],
    [
      "a place of a token",
      { ...OAUTH2, accessToken: { template: "{token}{nobody}" } },
      "accessToken.template",
    ],
    ["a resource", { ...OAUTH2, resources: ["https://{nobody}.acme.example"] }, "resources.0"],
    ["a revocation", revocation({ json: { a: "{subdomain}" } }), "revocationRequest.json.a"],
    ["an exchange", exchanged({ headers: { a: "{nobody}" } }), "tokenExchanges.0.headers.a"],
    ["the URL of an exchange", exchanged({ url: "https://{access_token}.example/" }), "tokenExchanges.0.url"],
    [
      "a signed token request",
      {
        ...OAUTH2,
        tokenRequestSignature: { algorithm: "sha256", input: "{subdomain}", in: "header", name: "a" },
      },
      "tokenRequestSignature.input",
    ],
    [
      "a registration",
      {
        ...OAUTH2,
        clientAuthentication: "none",
        clientRegistration: { url: "https://{subdomain}.acme.example/register" },
      },
      "clientRegistration.url",
    ],
  ])("is refused by its path where nothing does: %s", (_what, settings, path) => {
    expect(caught(() => define(settings))).toMatchObject({
      name: "ConfigurationError",
      code: "CONFIG_INVALID",
      issues: [{ path: `authSchemes.0.${path}`, message: expect.stringContaining("`{") }],
    });
  });
});
