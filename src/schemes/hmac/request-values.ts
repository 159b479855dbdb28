import { createHash } from "node:crypto";
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

const DEFAULT_PORTS: ParamValues = { "http:": "80", "https:": "443" };

function sortedParams(url: URL, contentType: string, body: Uint8Array): string {
  const isForm = contentType.startsWith("application/x-www-form-urlencoded");
  const form = isForm ? [...new URLSearchParams(new TextDecoder().decode(body))] : [];
  return [...url.searchParams, ...form]
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => Number(a > b) - Number(a < b) || Number(x > y) - Number(x < y))
    .map((pair) => pair.join("="))
    .join("&");
}

/** The values of the placeholders that are used. */
export function requestValues(request: Request, body: Uint8Array, used: ReadonlySet<string>): ParamValues {
  const url = new URL(request.url);
  const contentType = request.headers.get("content-type") ?? "";
  const make: Record<Exclude<RequestPlaceholder, "body">, () => string> = {
    method: () => request.method,
    path: () => url.pathname,
    query: () => url.search.slice(1),
    path_query: () => `${url.pathname}${url.search}`,
    url: () => url.href,
    host: () => url.host,
    hostname: () => url.hostname,
    port: () => url.port || (DEFAULT_PORTS[url.protocol] ?? ""),
    content_type: () => contentType,
    params: () => sortedParams(url, contentType, body),
    body_sha1_hex: () => createHash("sha1").update(body).digest("hex"),
    body_sha256_hex: () => createHash("sha256").update(body).digest("hex"),
    body_sha256_base64: () => createHash("sha256").update(body).digest("base64"),
    body_sha512_hex: () => createHash("sha512").update(body).digest("hex"),
  };
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(make)) if (used.has(name)) values[name] = value();
  return values;
}
