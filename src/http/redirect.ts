import { RequestError } from "../errors.js";
import { redactText } from "../internal/redact.js";
import type { Hop } from "./outgoing.js";
import { isPrivateHost } from "./private-host.js";
import type { Trail } from "./trail.js";
import { secretsOf, whereOf } from "./trail.js";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that say who the caller is (fetch standard, HTTP-redirect fetch). */
const IDENTIFYING = ["authorization", "cookie", "proxy-authorization"];
/** Headers that describe a body, meaningless without it (fetch standard, request-body-header name). */
const OF_BODY = [
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
  "content-length",
];

/** Where an answer sends the caller; null when it does not. */
export function locationOf(response: Response): string | null {
  return REDIRECTS.has(response.status) ? response.headers.get("location") : null;
}

/** What a redirect is followed with. */
export interface RedirectOptions {
  readonly trail: Trail;
  /** The request that was answered with the redirect, credentials included. */
  readonly sent: Request;
  readonly status: number;
  readonly location: string;
  /** Whether the body can be sent once more. */
  readonly replayable: boolean;
}

/** Where it goes next; `leaves` when that is another origin, which must not see the credentials. */
export interface NextHop {
  readonly hop: Hop;
  readonly leaves: boolean;
}

type Refuse = (reason: string, hint?: string) => RequestError;

function assertAllowed(from: URL, to: URL, refuse: Refuse): void {
  if (!/^https?:$/.test(to.protocol)) throw refuse(`to a ${to.protocol} URL`);
  if (to.username !== "" || to.password !== "") throw refuse("to a URL with a user name or password");
  if (from.protocol === "https:" && to.protocol === "http:") throw refuse("from https to http");
  if (isPrivateHost(to) && !isPrivateHost(from)) {
    throw refuse("from a public host to a private address");
  }
}

/** The URL without query parameters that hold a secret, which a provider may have echoed. */
function withoutSecrets(url: URL, secrets: readonly string[], refuse: Refuse): URL {
  if (redactText(url.pathname, secrets) !== url.pathname) {
    throw refuse("to another origin with a secret of the connection in its path");
  }
  const holdsSecret = (text: string) => redactText(text, secrets) !== text;
  const clean = new URL(url);
  for (const [name, value] of url.searchParams) {
    if (holdsSecret(name) || holdsSecret(value)) clean.searchParams.delete(name);
  }
  if (holdsSecret(clean.search)) clean.search = "";
  return clean;
}

/** The caller's headers that say nothing about whose connection it is. */
function anonymous(headers: Headers, sent: Headers, secrets: readonly string[]): Headers {
  const kept = new Headers(headers);
  for (const name of IDENTIFYING) kept.delete(name);
  for (const [name, value] of headers) {
    const touched = sent.get(name) !== value;
    if (touched || redactText(value, secrets) !== value) kept.delete(name);
  }
  return kept;
}

/** Whether the next request is a GET without the body (fetch standard, HTTP-redirect fetch, step 12). */
function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}

/** Whether the app says that its credentials may follow there. */
function isWelcome({ protocol, host }: URL, trail: Trail): boolean {
  const hosts = trail.used.at(-1)?.redirectHosts ?? null;
  return protocol === "https:" && hosts !== null && new RegExp(`^(?:${hosts})$`, "u").test(host);
}

/**
 * The request that follows a redirect, by the rules of the fetch standard and these: never from https to http, never
 * from a public host to a private address, and nothing of the credentials to another origin.
 *
 * @throws RequestError `URL_FORBIDDEN`, or `REQUEST_FAILED` when a body that can be read only once would be needed
 */
export function followRedirect(hop: Hop, options: RedirectOptions): NextHop {
  const { trail, sent, status, location, replayable } = options;
  const where = whereOf(trail);
  const refuse: Refuse = (reason, hint = "Nothing was sent there.") =>
    new RequestError("URL_FORBIDDEN", `${where.method} ${where.url} was redirected ${reason}.`, {
      ...where,
      status,
      hint,
    });
  if (!URL.canParse(location, hop.url)) throw refuse("to something that is not a URL");
  const url = new URL(location, hop.url);
  assertAllowed(hop.url, url, refuse);

  const toGet = becomesGet(status, hop.method);
  const sendsBody = hop.sendsBody && !toGet;
  if (sendsBody && !replayable) {
    throw new RequestError(
      "REQUEST_FAILED",
      `${where.method} ${where.url} was redirected, and its body can be sent only once.`,
      { ...where, status, hint: "Pass the body as a string, Blob or bytes, or request the final URL." },
    );
  }
  const leaves = url.origin !== hop.url.origin && !isWelcome(url, trail);
  const secrets = leaves ? secretsOf(trail) : [];
  const headers = leaves ? anonymous(hop.headers, sent.headers, secrets) : new Headers(hop.headers);
  if (toGet) for (const name of OF_BODY) headers.delete(name);
  return {
    hop: {
      url: leaves ? withoutSecrets(url, secrets, refuse) : url,
      method: toGet ? "GET" : hop.method,
      headers,
      sendsBody,
    },
    leaves,
  };
}
