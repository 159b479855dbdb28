import { describe, it } from "vitest";
import { apiKey } from "../../src/schemes/api-key.js";
import { awsSigv4 } from "../../src/schemes/aws-sigv4.js";
import { basic } from "../../src/schemes/basic.js";
import { bearerToken } from "../../src/schemes/bearer-token.js";
import { githubApp } from "../../src/schemes/github-app.js";
import { googleServiceAccount } from "../../src/schemes/google-service-account.js";
import { hmac } from "../../src/schemes/hmac.js";
import { jwt } from "../../src/schemes/jwt.js";
import { noAuth } from "../../src/schemes/no-auth.js";
import { oauth1 } from "../../src/schemes/oauth1.js";
import { oauth1a } from "../../src/schemes/oauth1a.js";
import { oauth2 } from "../../src/schemes/oauth2.js";
import { twoStep } from "../../src/schemes/two-step.js";
import type { SchemeUnderTest, SchemeUser } from "../../src/testing/index.js";
import { schemeConformance } from "../../src/testing/index.js";
import { ed25519Key, rsaKey } from "../support/keys.js";
import { installationTokens, tokenEndpoint } from "./support/token-endpoint.js";

const BODILESS = ["a GET", "bytes in a PUT", "a stream in a PUT"] as const;

const apiKeyIn = (place: "header" | "query" | "cookie" | "body"): SchemeUnderTest => ({
  create: apiKey,
  settings: { scheme: "API_KEY", placements: [{ in: place, name: "key" }] },
  otherSettings: { scheme: "API_KEY", placements: [{ in: "header", name: "x-other" }] },
  wrongSettings: [
    { input: { scheme: "API_KEY", placements: [] }, field: "placements" },
    { input: { scheme: "API_KEY", placements: [{ in: "header", name: "a b" }] }, field: "placements.0.name" },
  ],
  users: [{ values: { api_key: "key of ada+/=&" } }, { values: { api_key: "key of bob+/=&" } }],
  wrongValues: [
    { input: {}, field: "api_key" },
    ...(place === "header" ? [{ input: { api_key: "key of ada\r\nx: 1" }, field: "api_key" }] : []),
  ],
});

const pkce = {
  scheme: "OAUTH2",
  authorizationUrl: "https://acme.example/authorize",
  tokenUrl: "https://acme.example/token",
};

const hmacSettings = {
  scheme: "HMAC",
  fields: [{ name: "key_id", displayName: "Key id", description: "Key id" }],
  canonical: ["{timestamp}", "{nonce}", "{method}", "{path_query}", "{params}", "{body}"],
  placements: [
    { in: "header", name: "x-key", template: "{key_id}" },
    { in: "header", name: "x-time", template: "{timestamp} {nonce}" },
    { in: "query", name: "signature" },
  ],
};

const serviceAccount = (name: string): SchemeUser => ({
  values: {
    service_account_json: JSON.stringify({
      type: "service_account",
      client_email: `${name}@project-1.iam.gserviceaccount.com`,
      private_key: rsaKey().pkcs8,
    }),
  },
});

/** A scheme per line; those with several ways of sending, once for each. */
const SUBJECTS: Readonly<Record<string, SchemeUnderTest>> = {
  "API_KEY in a header": apiKeyIn("header"),
  "API_KEY in the query": apiKeyIn("query"),
  "API_KEY in a cookie": apiKeyIn("cookie"),
  "API_KEY in the body": { ...apiKeyIn("body"), refusedRequests: BODILESS },
  BEARER_TOKEN: {
    create: bearerToken,
    settings: { scheme: "BEARER_TOKEN" },
    otherSettings: { scheme: "BEARER_TOKEN", header: "x-token" },
    wrongSettings: [{ input: { scheme: "BEARER_TOKEN", template: "Bearer" }, field: "template" }],
    users: [{ values: { token: "token-of-ada" } }, { values: { token: "token-of-bob" } }],
    wrongValues: [
      { input: {}, field: "token" },
      { input: { token: "token-of-ada\n" }, field: "token" },
    ],
  },
  BASIC: {
    create: basic,
    settings: { scheme: "BASIC" },
    wrongSettings: [{ input: { scheme: "BASIC", username: "ada" }, field: "username" }],
    users: [
      { values: { username: "ada", password: "pässword of ada" } },
      { values: { username: "bob", password: "pässword of bob" } },
    ],
    wrongValues: [
      { input: { username: "ada" }, field: "password" },
      { input: { username: "ada:colon", password: "pässword of ada" }, field: "username" },
    ],
  },
  HMAC: {
    create: hmac,
    settings: hmacSettings,
    otherSettings: { ...hmacSettings, placements: [{ in: "header", name: "x-sign" }] },
    wrongSettings: [
      { input: { ...hmacSettings, hash: "MD5" }, field: "hash" },
      { input: { ...hmacSettings, placements: [{ in: "header", name: "a b" }] }, field: "placements.0.name" },
    ],
    users: [
      { values: { api_secret: "secret-of-ada", key_id: "key-1" } },
      { values: { api_secret: "secret-of-bob", key_id: "key-2" } },
    ],
    wrongValues: [{ input: { key_id: "key-1" }, field: "api_secret" }],
  },
  "HMAC with an Ed25519 key": {
    create: hmac,
    settings: { ...hmacSettings, construction: "ed25519" },
    wrongSettings: [{ input: { ...hmacSettings, innerHash: { canonical: ["{body}"] } }, field: "innerHash" }],
    users: [
      { values: { api_secret: ed25519Key().pkcs8, key_id: "key-1" } },
      { values: { api_secret: ed25519Key().pkcs8, key_id: "key-2" } },
    ],
    wrongValues: [{ input: { api_secret: "no key", key_id: "key-1" }, field: "api_secret" }],
  },
  AWS_SIGV4: {
    create: awsSigv4,
    settings: { scheme: "AWS_SIGV4", region: "us-east-1", service: "lambda" },
    otherSettings: { scheme: "AWS_SIGV4", region: "us-east-1", service: "s3" },
    wrongSettings: [{ input: { scheme: "AWS_SIGV4", region: "us-east-1", service: "" }, field: "service" }],
    users: [
      { values: { access_key_id: "AKIDADA", secret_access_key: "secret/of+ada" } },
      {
        values: {
          access_key_id: "AKIDBOB",
          secret_access_key: "secret/of+bob",
          session_token: "token/of+bob",
        },
      },
    ],
    wrongValues: [
      { input: { access_key_id: "AKIDADA" }, field: "secret_access_key" },
      { input: { access_key_id: "AKIDADA", secret_access_key: "secret of ada" }, field: "secret_access_key" },
    ],
  },
  "JWT, one for each request": {
    create: jwt,
    settings: { scheme: "JWT", algorithm: "HS256", reuse: false },
    otherSettings: { scheme: "JWT", algorithm: "HS256", placement: { name: "x-token" } },
    wrongSettings: [{ input: { scheme: "JWT", algorithm: "none" }, field: "algorithm" }],
    users: [
      { values: { private_key: "secret-of-ada-with-thirty-two-bytes" } },
      { values: { private_key: "secret-of-bob-with-thirty-two-bytes" } },
    ],
    wrongValues: [{ input: {}, field: "private_key" }],
  },
  "OAUTH1A, with tokens that are given": {
    create: oauth1a,
    settings: { scheme: "OAUTH1A", tokens: "given" },
    otherSettings: { scheme: "OAUTH1A", tokens: "given", placement: "query" },
    wrongSettings: [
      { input: { scheme: "OAUTH1A", tokens: "given", signatureMethod: "MD5" }, field: "signatureMethod" },
    ],
    config: { consumer_key: "consumer", consumer_secret: "secret-of-consumer" },
    users: [
      { values: { oauth_token: "token-of-ada", oauth_token_secret: "secret-of-ada" } },
      { values: { oauth_token: "token-of-bob", oauth_token_secret: "secret-of-bob" } },
    ],
    wrongValues: [{ input: { oauth_token: "token-of-ada" }, field: "oauth_token_secret" }],
  },
  "OAUTH1, with tokens that are given": {
    create: oauth1,
    settings: { scheme: "OAUTH1", tokens: "given", signatureMethod: "HMAC-SHA256" },
    wrongSettings: [{ input: { scheme: "OAUTH1", tokens: "some" }, field: "tokens" }],
    config: { consumer_key: "consumer", consumer_secret: "secret-of-consumer" },
    users: [
      { values: { oauth_token: "token-of-ada", oauth_token_secret: "secret-of-ada" } },
      { values: { oauth_token: "token-of-bob", oauth_token_secret: "secret-of-bob" } },
    ],
    wrongValues: [{ input: { oauth_token_secret: "secret-of-ada" }, field: "oauth_token" }],
  },
  TWO_STEP: {
    create: twoStep,
    settings: {
      scheme: "TWO_STEP",
      fields: [{ name: "password", displayName: "Password", description: "Password", secret: true }],
      steps: [
        {
          request: { url: "https://acme.example/token", body: { password: "{password}" } },
          values: { token: { path: "access_token" } },
        },
      ],
      expiry: { kind: "fixed", seconds: 600 },
      placements: [{}],
    },
    wrongSettings: [{ input: { scheme: "TWO_STEP", fields: [], steps: [] }, field: "fields" }],
    users: [{ values: { password: "password of ada" } }, { values: { password: "password of bob" } }],
    wrongValues: [{ input: {}, field: "password" }],
    fetch: tokenEndpoint,
  },
  GITHUB_APP: {
    create: githubApp,
    settings: { scheme: "GITHUB_APP", installation: "given" },
    wrongSettings: [{ input: { scheme: "GITHUB_APP", installation: "none" }, field: "installation" }],
    config: { app_id: "12345", private_key: rsaKey().pkcs8 },
    users: [
      { credentials: { installation_id: "77", access_token: "ghs-ada", expires_at: 1 } },
      { credentials: { installation_id: "88", access_token: "ghs-bob", expires_at: 1 } },
    ],
    wrongValues: [],
    fetch: installationTokens,
  },
  GOOGLE_SERVICE_ACCOUNT: {
    create: googleServiceAccount,
    settings: { scheme: "GOOGLE_SERVICE_ACCOUNT", scopes: ["files.read"] },
    wrongSettings: [{ input: { scheme: "GOOGLE_SERVICE_ACCOUNT", scopes: "files" }, field: "scopes" }],
    users: [serviceAccount("ada"), serviceAccount("bob")],
    wrongValues: [{ input: {}, field: "service_account_json" }],
    fetch: tokenEndpoint,
  },
  NO_AUTH: {
    create: noAuth,
    settings: { scheme: "NO_AUTH" },
    wrongSettings: [],
    users: [{}, {}],
    wrongValues: [],
  },
  OAUTH2: {
    create: oauth2,
    settings: { ...pkce, revocationUrl: "https://acme.example/revoke" },
    wrongSettings: [
      { input: { ...pkce, tokenUrl: "http://acme.example/token" }, field: "tokenUrl" },
      { input: { ...pkce, scopes: "read" }, field: "scopes" },
    ],
    config: { client_id: "client-1", client_secret: "secret of the client" },
    users: [
      { credentials: { access_token: "access-ada", token_type: "bearer", refresh_token: "refresh-ada" } },
      { credentials: { access_token: "access-bob", token_type: "bearer", refresh_token: "refresh-bob" } },
    ],
    wrongValues: [],
    fetch: tokenEndpoint,
  },
};

describe.each(Object.entries(SUBJECTS))("%s", (_name, subject) => {
  for (const { name, run } of schemeConformance(subject)) it(name, run);
});
