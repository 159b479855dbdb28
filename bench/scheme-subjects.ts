import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { exportJWK, importJWK, SignJWT } from "jose";
import type { AnyAuthScheme, ParamValues } from "mooring";
import { apiKey } from "mooring/schemes/api-key";
import { awsSigv4 } from "mooring/schemes/aws-sigv4";
import { basic } from "mooring/schemes/basic";
import { basicWithJwt } from "mooring/schemes/basic-with-jwt";
import { bearerToken } from "mooring/schemes/bearer-token";
import { githubApp } from "mooring/schemes/github-app";
import { googleServiceAccount } from "mooring/schemes/google-service-account";
import { hmac } from "mooring/schemes/hmac";
import { jwt } from "mooring/schemes/jwt";
import { noAuth } from "mooring/schemes/no-auth";
import { oauth1 } from "mooring/schemes/oauth1";
import { oauth1a } from "mooring/schemes/oauth1a";
import { oauth2 } from "mooring/schemes/oauth2";
import { twoStep } from "mooring/schemes/two-step";
import OAuth from "oauth-1.0a";

const URL_OF_REQUESTS = "https://api.example/v1/things?page=2";
const BODY = JSON.stringify({ text: "x".repeat(1_000) });
const SECRET = "a-secret-of-the-benchmark-with-32-bytes";
/** The time of the benchmark, in milliseconds since the epoch. */
export const NOW = Date.UTC(2026, 0, 1);

const get = (): Request => new Request(URL_OF_REQUESTS);
const post = (): Request =>
  new Request(URL_OF_REQUESTS, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: BODY,
  });

/** A scheme, and by what it cannot be beaten: the same request with the same header, made by the primitive alone. */
export interface Subject {
  readonly scheme: AnyAuthScheme;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What a connection is made with; left out where `credentials` are what one keeps. */
  readonly values?: ParamValues;
  readonly credentials?: unknown;
  readonly config?: ParamValues;
  readonly request: () => Request;
  readonly primitive: string;
  bare(request: Request): Request | Promise<Request>;
}

const withHeader = (request: Request, value: string): Request => {
  request.headers.set("authorization", value);
  return request;
};
const hmacOf = (key: string | Buffer, text: string | Buffer, hash = "sha256"): Buffer =>
  createHmac(hash, key).update(text).digest();
/** A body that was read to be signed has to be put into a new request. */
const sendable = ({ url, method, headers, signal }: Request, body: Uint8Array<ArrayBuffer>): Request =>
  new Request(url, { method, headers, signal, body });

const CANONICAL = `POST\n/v1/things\npage=2\nhost:api.example\nx-amz-date:20260101T000000Z\n\nhost;x-amz-date\n`;
/** A base string is what costs most of such a signature: an HMAC alone is no measure of it. */
const OAUTH = new OAuth({
  consumer: { key: "key", secret: SECRET },
  signature_method: "HMAC-SHA1",
  hash_function: (text, key) => hmacOf(key, text, "sha1").toString("base64"),
});
const secretBytes = new TextEncoder().encode(SECRET);
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const RSA_PEM = RSA.export({ type: "pkcs8", format: "pem" }).toString();
const EC = generateKeyPairSync("ec", { namedCurve: "P-256" });
const EC_JWK = { ...EC.privateKey.export({ format: "jwk" }), alg: "ES256" };
const EC_PUBLIC = await exportJWK(EC.publicKey);
const EC_KEY = await importJWK(EC_JWK, "ES256");
const LATER = NOW + 3_600_000;
/** A scheme that sends what it was given before. */
const bearer = {
  request: get,
  primitive: "Headers.set",
  bare: (request: Request) => withHeader(request, `Bearer ${SECRET}`),
};

/** What is measured, by the name of its row. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  NO_AUTH: {
    scheme: noAuth(),
    settings: {},
    values: {},
    request: get,
    primitive: "none",
    bare: (request) => request,
  },
  "API_KEY, header": {
    scheme: apiKey(),
    settings: { placements: [{ in: "header", name: "authorization" }] },
    values: { api_key: SECRET },
    request: get,
    primitive: "Headers.set",
    bare: (request) => withHeader(request, SECRET),
  },
  BEARER_TOKEN: {
    scheme: bearerToken(),
    settings: {},
    values: { token: SECRET },
    request: get,
    primitive: "Headers.set",
    bare: (request) => withHeader(request, `Bearer ${SECRET}`),
  },
  BASIC: {
    scheme: basic(),
    settings: {},
    values: { username: "ada", password: SECRET },
    request: get,
    primitive: "btoa, Headers.set",
    bare: (request) => withHeader(request, `Basic ${btoa(`ada:${SECRET}`)}`),
  },
  OAUTH2: {
    scheme: oauth2(),
    settings: { authorizationUrl: "https://api.example/authorize", tokenUrl: "https://api.example/token" },
    credentials: { access_token: SECRET, token_type: "bearer", expires_at: LATER },
    ...bearer,
  },
  "OAUTH2, DPoP with ES256": {
    scheme: oauth2(),
    settings: {
      authorizationUrl: "https://api.example/authorize",
      tokenUrl: "https://api.example/token",
      dpop: "ES256",
    },
    credentials: { access_token: SECRET, token_type: "dpop", expires_at: LATER, dpop_key: EC_JWK },
    request: get,
    primitive: "jose SignJWT, SHA-256 of Web Crypto",
    async bare(request) {
      const digest = await crypto.subtle.digest("SHA-256", secretBytes);
      const ath = Buffer.from(digest).toString("base64url");
      const claims = { jti: crypto.randomUUID(), htm: "GET", htu: "https://api.example/v1/things", ath };
      const proof = new SignJWT({ ...claims, iat: NOW / 1000 });
      const header = { typ: "dpop+jwt", alg: "ES256", jwk: EC_PUBLIC };
      request.headers.set("dpop", await proof.setProtectedHeader(header).sign(EC_KEY));
      return withHeader(request, `DPoP ${SECRET}`);
    },
  },
  TWO_STEP: {
    scheme: twoStep(),
    settings: {
      fields: [{ name: "password", displayName: "Password", description: "Password", secret: true }],
      steps: [{ request: { url: "https://api.example/login" }, values: { token: { path: "token" } } }],
      placements: [{}],
    },
    credentials: { values: { password: SECRET }, session: { token: SECRET }, expires_at: LATER },
    ...bearer,
  },
  BASIC_WITH_JWT: {
    scheme: basicWithJwt(),
    settings: { tokenUrl: "https://api.example/login" },
    credentials: {
      values: { username: "ada", password: SECRET },
      session: { token: SECRET },
      expires_at: LATER,
    },
    ...bearer,
  },
  GOOGLE_SERVICE_ACCOUNT: {
    scheme: googleServiceAccount(),
    settings: { scopes: ["https://www.googleapis.com/auth/drive"] },
    credentials: { key: "{}", scopes: [], access_token: SECRET, expires_at: LATER },
    ...bearer,
  },
  GITHUB_APP: {
    scheme: githubApp(),
    settings: {},
    credentials: { installation_id: "1", access_token: SECRET, expires_at: LATER },
    ...bearer,
  },
  "JWT, RS256, sent until it expires": {
    scheme: jwt(),
    settings: { algorithm: "RS256", claims: { iss: "ada" } },
    values: { private_key: RSA_PEM },
    request: get,
    primitive: "jose SignJWT",
    async bare(request) {
      const token = new SignJWT({ iss: "ada", iat: NOW / 1000, exp: NOW / 1000 + 300 });
      return withHeader(request, `Bearer ${await token.setProtectedHeader({ alg: "RS256" }).sign(RSA)}`);
    },
  },
  "JWT, HS256, one for each request": {
    scheme: jwt(),
    settings: { algorithm: "HS256", reuse: false, claims: { iss: "ada" } },
    values: { private_key: SECRET },
    request: get,
    primitive: "jose SignJWT",
    async bare(request) {
      const token = new SignJWT({ iss: "ada", iat: NOW / 1000, exp: NOW / 1000 + 300 });
      return withHeader(
        request,
        `Bearer ${await token.setProtectedHeader({ alg: "HS256" }).sign(secretBytes)}`,
      );
    },
  },
  "OAUTH1A, HMAC-SHA1": {
    scheme: oauth1a(),
    settings: { tokens: "given" },
    values: { oauth_token: "token", oauth_token_secret: SECRET },
    config: { consumer_key: "key", consumer_secret: SECRET },
    request: get,
    primitive: "oauth-1.0a as it stands, node:crypto HMAC",
    bare(request) {
      const { method, url } = request;
      const signed = OAUTH.authorize({ method, url }, { key: "token", secret: SECRET });
      return withHeader(request, OAUTH.toHeader(signed).Authorization);
    },
  },
  "OAUTH1, RSA-SHA1": {
    scheme: oauth1(),
    settings: { tokens: "given", signatureMethod: "RSA-SHA1" },
    values: { oauth_token: "token", oauth_token_secret: SECRET },
    config: { consumer_key: "key", private_key: RSA_PEM },
    request: get,
    primitive: "node:crypto sign",
    bare: (request) => withHeader(request, sign("sha1", Buffer.from(request.url), RSA).toString("base64")),
  },
  "HMAC, body signed": {
    scheme: hmac(),
    settings: {
      canonical: ["{method}", "{path_query}", "{body}"],
      placements: [{ in: "header", name: "authorization" }],
    },
    values: { api_secret: SECRET },
    request: post,
    primitive: "node:crypto HMAC, Request made again",
    async bare(request) {
      const body = new Uint8Array(await request.arrayBuffer());
      const text = Buffer.concat([Buffer.from("POST\n/v1/things?page=2\n"), body]);
      return sendable(withHeader(request, hmacOf(SECRET, text).toString("hex")), body);
    },
  },
  "AWS_SIGV4, body signed": {
    scheme: awsSigv4(),
    settings: { region: "us-east-1", service: "execute-api" },
    values: { access_key_id: "AKIDEXAMPLE", secret_access_key: SECRET },
    request: post,
    primitive: "node:crypto HMAC chain, Request made again",
    async bare(request) {
      const body = new Uint8Array(await request.arrayBuffer());
      const canonical = CANONICAL + createHash("sha256").update(body).digest("hex");
      const text = `AWS4-HMAC-SHA256\n${createHash("sha256").update(canonical).digest("hex")}`;
      const scope = ["20260101", "us-east-1", "execute-api", "aws4_request"];
      const key = scope.reduce<string | Buffer>((former, part) => hmacOf(former, part), `AWS4${SECRET}`);
      request.headers.set("x-amz-date", "20260101T000000Z");
      return sendable(withHeader(request, hmacOf(key, text).toString("hex")), body);
    },
  },
};
