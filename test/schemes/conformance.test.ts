import { describe, it } from "vitest";
import { apiKey } from "../../src/schemes/api-key.js";
import { awsSigv4 } from "../../src/schemes/aws-sigv4.js";
import { basic } from "../../src/schemes/basic.js";
import { bearerToken } from "../../src/schemes/bearer-token.js";
import { hmac } from "../../src/schemes/hmac.js";
import { jwt } from "../../src/schemes/jwt.js";
import { noAuth } from "../../src/schemes/no-auth.js";
import { oauth1a } from "../../src/schemes/oauth1a.js";
import { oauth2 } from "../../src/schemes/oauth2.js";
import type { SchemeUnderTest } from "../../src/testing/index.js";
import { schemeConformance } from "../../src/testing/index.js";
import { tokenEndpoint } from "./support/token-endpoint.js";

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
