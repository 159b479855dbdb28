import { createHash } from "node:crypto";
import { isForm } from "../../internal/is-form.js";
import { percentEncode } from "../../internal/percent-encode.js";
import type { ParamValues } from "../../ports/auth-scheme.js";

/** What templates may say of a request; its body stands apart, being bytes. */
const REQUEST_PLACEHOLDERS = [
  "method",
  "path",
  "query",
  "path_query",
  "url",
  "host",
  "hostname",
  "port",
  "content_type",
  "params",
  "body",
  "body_sha1_hex",
  "body_sha256_hex",
  "body_sha256_base64",
  "body_sha512_hex",
] as const;
type RequestPlaceholder = (typeof REQUEST_PLACEHOLDERS)[number];

const isKnown = (name: string): name is Exclude<RequestPlaceholder, "body"> => Object.hasOwn(MAKE, name);

const DEFAULT_PORTS: ParamValues = { "http:": "80", "https:": "443" };

function sortedParams(url: URL, contentType: string, body: Uint8Array): string {
  const form = isForm(contentType) ? [...new URLSearchParams(new TextDecoder().decode(body))] : [];
  return [...url.searchParams, ...form]
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => Number(a > b) - Number(a < b) || Number(x > y) - Number(x < y))
    .map((pair) => pair.join("="))
    .join("&");
}

interface Read {
  readonly request: Request;
  readonly url: URL;
  readonly body: Uint8Array;
}

const contentTypeOf = ({ headers }: Request): string => headers.get("content-type") ?? "";

const MAKE: Readonly<Record<Exclude<RequestPlaceholder, "body">, (read: Read) => string>> = {
  method: ({ request }) => request.method,
  path: ({ url }) => url.pathname,
  query: ({ url }) => url.search.slice(1),
  path_query: ({ url }) => `${url.pathname}${url.search}`,
  url: ({ url }) => url.href,
  host: ({ url }) => url.host,
  hostname: ({ url }) => url.hostname,
  port: ({ url }) => url.port || (DEFAULT_PORTS[url.protocol] ?? ""),
  content_type: ({ request }) => contentTypeOf(request),
  params: ({ request, url, body }) => sortedParams(url, contentTypeOf(request), body),
  body_sha1_hex: ({ body }) => createHash("sha1").update(body).digest("hex"),
  body_sha256_hex: ({ body }) => createHash("sha256").update(body).digest("hex"),
  body_sha256_base64: ({ body }) => createHash("sha256").update(body).digest("base64"),
  body_sha512_hex: ({ body }) => createHash("sha512").update(body).digest("hex"),
};

/** The values of the placeholders that are used. */
export function requestValues(request: Request, body: Uint8Array, used: ReadonlySet<string>): ParamValues {
  const read = { request, url: new URL(request.url), body };
  const values: Record<string, string> = {};
  for (const name of used) if (isKnown(name)) values[name] = MAKE[name](read);
  return values;
}
