import { createHash, createHmac } from "node:crypto";
import { SignJWT } from "jose";
import type { AnyAuthScheme, ParamValues, SchemeContext } from "mooring";
import { defineApp } from "mooring";
import { apiKey } from "mooring/schemes/api-key";
import { awsSigv4 } from "mooring/schemes/aws-sigv4";
import { basic } from "mooring/schemes/basic";
import { bearerToken } from "mooring/schemes/bearer-token";
import { hmac } from "mooring/schemes/hmac";
import { jwt } from "mooring/schemes/jwt";
import { oauth1a } from "mooring/schemes/oauth1a";
import OAuth from "oauth-1.0a";

const ROUNDS = 21;
const CALLS_PER_ROUND = 300;
const WARM_UP_CALLS = 1_500;
const TARGET = 1.3;

const URL_OF_REQUESTS = "https://api.example/v1/things?page=2";
const BODY = JSON.stringify({ text: "x".repeat(1_000) });
const SECRET = "a-secret-of-the-benchmark-with-32-bytes";
const NOW = Date.UTC(2026, 0, 1);

const get = (): Request => new Request(URL_OF_REQUESTS);
const post = (): Request =>
  new Request(URL_OF_REQUESTS, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: BODY,
  });

/** A scheme, and by what it cannot be beaten: the same request with the same header, made by the primitive alone. */
interface Subject {
  readonly scheme: AnyAuthScheme;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly values: ParamValues;
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

const SUBJECTS: Readonly<Record<string, Subject>> = {
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

async function applying({ scheme, settings, values, config = {}, request }: Subject): Promise<() => unknown> {
  const app = defineApp({
    slug: "bench",
    name: "Bench",
    description: "Nothing is sent",
    baseUrl: "https://api.example",
    authSchemes: [{ scheme: "NO_AUTH" }],
  });
  const context: SchemeContext<unknown> = {
    app,
    settings: scheme.parseSettings({ scheme: scheme.name, ...settings }),
    config,
    params: {},
    runtime: {
      fetch: () => Promise.reject(new Error("Nothing is sent.")),
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      logger: { debug: () => undefined, warn: () => undefined },
    },
  };
  const started = await scheme.start({ ...context, values, callbackUrl: "", state: "", scopes: [] });
  if (started.kind !== "complete") throw new Error(`${scheme.name} needs a user.`);
  const credentials = scheme.parseCredentials(started.grant.credentials);
  return () => scheme.apply(request(), credentials, context);
}

/** Microseconds per call. */
async function time(call: () => unknown, calls: number): Promise<number> {
  const started = performance.now();
  for (let left = calls; left > 0; left -= 1) await call();
  return ((performance.now() - started) * 1000) / calls;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * What `apply` costs, and what the primitive behind it costs alone. Both make the request, and end with one that can be
 * sent; rounds take turns, and the ratio is the median of those of each round.
 */
export async function benchSchemes(): Promise<void> {
  const rows: Record<string, string | number>[] = [];
  for (const [name, subject] of Object.entries(SUBJECTS)) {
    const apply = await applying(subject);
    const bare = () => subject.bare(subject.request());
    await time(apply, WARM_UP_CALLS);
    await time(bare, WARM_UP_CALLS);
    const pairs: (readonly [number, number])[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      pairs.push([await time(apply, CALLS_PER_ROUND), await time(bare, CALLS_PER_ROUND)]);
    }
    const ratio = median(pairs.map(([applied, alone]) => applied / alone));
    rows.push({
      scheme: name,
      "apply, µs": median(pairs.map(([applied]) => applied)).toFixed(1),
      primitive: subject.primitive,
      "alone, µs": median(pairs.map(([, alone]) => alone)).toFixed(1),
      ratio: ratio.toFixed(2),
      [`at most ${TARGET}`]: ratio <= TARGET ? "yes" : "no",
    });
  }
  console.log("\nCredentials added to a request that is made for it; nothing is sent:");
  console.table(rows);
}
