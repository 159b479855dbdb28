import type { Issue } from "../errors.js";
import { ValidationError } from "../errors.js";
import { isObject } from "../internal/json.js";
import type { RequestOptions, SearchParams } from "../ports/request.js";

/** Options of a request, checked and filled in. */
export interface RequestPlan {
  /** The path with its query. */
  readonly input: string | URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null;
  /** Milliseconds; false for none. */
  readonly timeout: number | false;
  readonly retry: number;
  readonly signal: AbortSignal | undefined;
  readonly throwHttpErrors: boolean;
}

/** Compiles only while it names each option of the port. */
const KNOWN: { readonly [Name in keyof Required<RequestOptions>]: true } = {
  method: true,
  headers: true,
  json: true,
  body: true,
  searchParams: true,
  timeout: true,
  retry: true,
  signal: true,
  throwHttpErrors: true,
};
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 2;
const MAX_RETRIES = 10;
/** The longest a timer can run. */
const MAX_TIMEOUT_MS = 2_147_483_647;
const METHOD = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** What no fetch sends (fetch standard, forbidden method). */
const FORBIDDEN_METHODS = new Set(["CONNECT", "TRACE", "TRACK"]);

function wrong(path: string, message: string, hint?: string): ValidationError {
  const issues: readonly Issue[] = [{ path, message }];
  return new ValidationError(`The request's options are wrong: ${path}: ${message}.`, { issues, hint });
}

function readMethod(method: unknown = "GET"): string {
  const valid = typeof method === "string" && METHOD.test(method);
  if (!valid || FORBIDDEN_METHODS.has(method.toUpperCase())) {
    throw wrong("method", "expected an HTTP method such as `GET` or `POST`");
  }
  return method.toUpperCase();
}

function readHeaders(headers: HeadersInit | undefined): Headers {
  try {
    return new Headers(headers);
  } catch {
    // The platform quotes the value it refuses, which may be a secret.
  }
  throw wrong("headers", "names must be HTTP tokens, and values hold no line breaks");
}

function stringify(json: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(json);
  } catch {
    // What the platform says quotes keys of the value.
  }
  if (text === undefined)
    throw wrong("json", "expected a value that JSON can carry: no cycle, bigint or function");
  return text;
}

function readBody(options: RequestOptions, method: string, headers: Headers): BodyInit | null {
  const { json } = options;
  const body = options.body ?? null;
  if (json !== undefined && body !== null) {
    throw wrong("body", "not together with `json`", "Pass one of the two.");
  }
  if (json === undefined && body === null) return null;
  const field = json === undefined ? "body" : "json";
  if (method === "GET" || method === "HEAD") {
    throw wrong(field, `${method} sends no body`, "Set `method`, or use `searchParams`.");
  }
  if (json === undefined) {
    if (!isObject(body) || Object.getPrototypeOf(body) !== Object.prototype) return body;
    throw wrong("body", "a plain object is no body", "Pass it as `json`, or as `new URLSearchParams(…)`.");
  }
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return stringify(json);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function queryOf(params: SearchParams): URLSearchParams {
  if (params instanceof URLSearchParams) return params;
  if (!isObject(params)) throw wrong("searchParams", "expected an object or URLSearchParams");
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const item of values) {
      if (!isScalar(item)) {
        throw wrong(`searchParams.${name}`, "expected a string, number, boolean, or an array of them");
      }
      query.append(name, String(item));
    }
  }
  return query;
}

/** The path with more query parameters; those it has stay. */
function readInput(path: unknown, params: SearchParams | undefined): string | URL {
  if (typeof path !== "string" && !(path instanceof URL)) throw wrong("path", "expected a string or a URL");
  const query = params === undefined ? "" : queryOf(params).toString();
  if (query === "") return path;
  const [text = ""] = String(path).split("#", 1);
  if (!text.includes("?")) return `${text}?${query}`;
  return /[?&]$/.test(text) ? `${text}${query}` : `${text}&${query}`;
}

function readTimeout(timeout: unknown = DEFAULT_TIMEOUT_MS): number | false {
  if (timeout === false) return false;
  if (typeof timeout === "number" && timeout > 0 && timeout <= MAX_TIMEOUT_MS) return timeout;
  throw wrong("timeout", `expected milliseconds from 1 to ${MAX_TIMEOUT_MS}, or false for no limit`);
}

function readRetry(retry: unknown = DEFAULT_RETRIES): number {
  const valid = typeof retry === "number" && Number.isInteger(retry) && retry >= 0 && retry <= MAX_RETRIES;
  if (valid) return retry;
  throw wrong("retry", `expected a whole number from 0 to ${MAX_RETRIES}`);
}

/**
 * What a request's caller wants.
 *
 * @throws ValidationError naming the option that is unknown, of the wrong form, or at odds with another
 */
export function readRequestOptions(path: unknown, options: RequestOptions = {}): RequestPlan {
  const given: unknown = options;
  if (!isObject(given)) throw wrong("options", "expected an object");
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(KNOWN, name)) {
      throw wrong(name, "unknown option", `Known are: ${Object.keys(KNOWN).join(", ")}.`);
    }
  }
  const { signal, throwHttpErrors = true } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw wrong("signal", "expected an AbortSignal");
  if (typeof throwHttpErrors !== "boolean") throw wrong("throwHttpErrors", "expected true or false");
  const method = readMethod(options.method);
  const headers = readHeaders(options.headers);
  return {
    input: readInput(path, options.searchParams),
    method,
    headers,
    body: readBody(options, method, headers),
    timeout: readTimeout(options.timeout),
    retry: readRetry(options.retry),
    signal,
    throwHttpErrors,
  };
}
