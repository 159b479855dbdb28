import { percentEncode } from "../../internal/percent-encode.js";

/** What a proxy may change or add; signed only where an app asks for all headers. */
const CHANGEABLE = new Set([
  "connection",
  "content-length",
  "content-type",
  "expect",
  "presigned-expires",
  "range",
  "user-agent",
  "x-amzn-trace-id",
]);

/** A request as it is signed. */
export interface CanonicalRequest {
  readonly text: string;
  /** Names of the headers in it, joined by semicolons. */
  readonly signedHeaders: string;
}

const encodePath = (path: string): string => percentEncode(path).replaceAll("%2F", "/");

/** S3 alone has its path encoded once, and slashes that follow one another: they are part of a key. */
function canonicalPath({ pathname }: URL, isS3: boolean): string {
  if (!isS3) return encodePath(pathname.replaceAll(/\/{2,}/g, "/"));
  try {
    return encodePath(decodeURIComponent(pathname.replaceAll("+", " ")));
  } catch {
    // A percent sign that begins no octet: sent, and read, as it is.
    return encodePath(pathname);
  }
}

const byCodeUnit = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function canonicalQuery({ search, searchParams }: URL, isS3: boolean): string {
  if (search === "") return "";
  // Of a parameter that is there more than once, S3 reads the first.
  const pairs = isS3 ? new Map([...searchParams].reverse()) : searchParams;
  return [...pairs]
    .filter(([name]) => name !== "")
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => byCodeUnit(a, b) || byCodeUnit(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function canonicalHeaders(
  headers: Headers,
  host: string,
  all: boolean,
): readonly (readonly [string, string])[] {
  const signed: [string, string][] = [["host", host]];
  for (const [name, value] of headers) {
    if (name === "host" || name === "authorization" || (!all && CHANGEABLE.has(name))) continue;
    signed.push([name, value.replaceAll(/\s+/g, " ")]);
  }
  return signed.sort(([one], [other]) => byCodeUnit(one, other));
}

/**
 * The canonical request of Signature Version 4.
 *
 * @param payloadHash in hex, or what stands for it
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(
  { method, url, headers }: Pick<Request, "method" | "url" | "headers">,
  {
    service,
    payloadHash,
    allHeaders,
  }: {
    readonly service: string;
    readonly payloadHash: string;
    readonly allHeaders: boolean;
  },
): CanonicalRequest {
  const target = new URL(url);
  const isS3 = service === "s3";
  const signed = canonicalHeaders(headers, target.host, allHeaders);
  const signedHeaders = signed.map(([name]) => name).join(";");
  const lines = [
    method,
    canonicalPath(target, isS3),
    canonicalQuery(target, isS3),
    ...signed.map(([name, value]) => `${name}:${value}`),
    "",
    signedHeaders,
    payloadHash,
  ];
  return { text: lines.join("\n"), signedHeaders };
}
