import { RequestError } from "../errors.js";
import { redactText } from "../internal/redact.js";
import { displayUrl } from "./display-url.js";

/** What a path is resolved against. */
export interface UrlTarget {
  /** Root of all relative paths. */
  readonly baseUrl: string;
  /** Origins a URL may lie on: `https://api.example.com`. */
  readonly origins: readonly string[];
  /** HTTP method, for the error. */
  readonly method: string;
  /** What the error must not show. Default: nothing beyond user name, password, query and fragment. */
  readonly secrets?: (() => readonly string[]) | undefined;
}

type Refuse = (reason: string, hint: string) => RequestError;

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const HTTP = /^https?:\/\//i;
const SPACE_OR_CONTROL = /[\s\p{Cc}]/u;
/** `.` or `..` between separators; some servers cut a segment at `;` before they look at it. */
const DOT_SEGMENT = /(?:^|[/\\])\.{1,2}(?:;[^/\\]*)?(?:$|[/\\])/;
/** A path that is encoded over and over is no file name. */
const MAX_DECODINGS = 8;

/** Whether a server that decodes the path, once or more often, could see a `.` or `..` segment in it. */
function hasDotSegment(path: string): boolean {
  let decoded = path;
  for (let round = 0; round < MAX_DECODINGS; round++) {
    if (DOT_SEGMENT.test(decoded)) return true;
    const next = decoded.replace(/%([0-9a-f]{2})/gi, (_escape, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (next === decoded) return false;
    decoded = next;
  }
  return true;
}

/**
 * Where a request goes: a relative path (leading slash or not) is appended to the base URL's path, an absolute URL
 * must lie on a declared origin. Whatever is passed, the result is where the credentials may go.
 *
 * @throws RequestError `URL_FORBIDDEN`
 * @example
 * ```ts
 * const target = { baseUrl: "https://api.example.com/v2", origins: ["https://api.example.com"], method: "GET" };
 * resolveUrl("/users?page=2", target).href; // "https://api.example.com/v2/users?page=2"
 * ```
 */
export function resolveUrl(path: string | URL, target: UrlTarget): URL {
  const text = typeof path === "string" ? path : path.href;
  const refuse: Refuse = (reason, hint) => {
    const { method, secrets = () => [] } = target;
    const message = redactText(`The URL of a ${method} request ${reason}.`, secrets());
    return new RequestError("URL_FORBIDDEN", message, { hint, method, url: displayUrl(path, secrets()) });
  };

  if (SPACE_OR_CONTROL.test(text)) {
    throw refuse(
      "holds white space or a control character",
      "Percent-encode it, or pass query values in `searchParams`.",
    );
  }
  const end = text.search(/[?#]/);
  const [beforeQuery, query] = end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end)];
  if (beforeQuery.includes("\\")) throw refuse("holds a backslash", 'Separate segments with "/".');
  if (beforeQuery.startsWith("//")) {
    throw refuse('starts with "//", which names another host', 'Start a relative path with one "/".');
  }
  if (hasDotSegment(beforeQuery)) {
    throw refuse(
      'holds a "." or ".." segment',
      "Write the path out; names that come from users or models belong through `encodeURIComponent`.",
    );
  }
  return SCHEME.test(text)
    ? resolveAbsolute(text, target, refuse)
    : resolveRelative(beforeQuery, query, target, refuse);
}

function resolveAbsolute(text: string, { origins }: UrlTarget, refuse: Refuse): URL {
  if (!HTTP.test(text) || !URL.canParse(text)) {
    throw refuse("is not an http(s) URL", 'Start a relative path with "/" when it holds a ":".');
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw refuse("holds a user name or password", "Leave them out: the connection adds its own credentials.");
  }
  if (!origins.includes(url.origin)) {
    throw refuse(
      `is on ${url.origin}, to which the app's credentials may not be sent`,
      `Use a relative path, or declare the origin in the app's \`origins\` (now: ${origins.join(", ")}).`,
    );
  }
  return url;
}

function resolveRelative(path: string, query: string, target: UrlTarget, refuse: Refuse): URL {
  const base = new URL(target.baseUrl);
  const root = base.pathname.replace(/\/$/, "");
  const pathname = path === "" ? base.pathname : `${root}/${path.replace(/^\//, "")}`;
  const url = new URL(`${base.origin}${pathname}${query}`);
  // Holds by construction; checked because everything rests on it.
  if (!target.origins.includes(url.origin) || !url.pathname.startsWith(root)) {
    throw refuse("leaves the app's base URL", "Write the path out.");
  }
  return url;
}
