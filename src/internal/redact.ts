import { encodeBase64, encodeBase64Url } from "./base64.js";
import { escapeXml } from "./escape-xml.js";
import { percentEncode } from "./percent-encode.js";

const MARK = "[redacted]";
/** Shorter strings turn up by chance: hiding every `abc` would make a text unreadable and hide nothing. */
const MIN_SECRET_LENGTH = 4;
/** Deeper than any provider answers, and far from the engine's own limit. */
const MAX_DEPTH = 500;

function lowerCaseEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (triplet) => triplet.toLowerCase());
}

function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** A secret in every form it is likely to be quoted in. */
function formsOf(secret: string): readonly string[] {
  // What no UTF-8 text can hold is sent as U+FFFD, so that is how it would come back.
  const text = secret.replace(/\p{Surrogate}/gu, "\uFFFD");
  const percent = [encodeURIComponent(text), percentEncode(text)];
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  const json = escapeJson(secret);
  const ascii = json.replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const escaped = [json, ascii].flatMap((quoted) => [quoted, quoted.replaceAll("/", "\\/")]);
  const bytes = new TextEncoder().encode(text);
  const encoded = encodeBase64(bytes);
  return [
    secret,
    text,
    ...percent,
    ...percent.map(lowerCaseEscapes),
    form,
    lowerCaseEscapes(form),
    escapeXml(text),
    ...escaped,
    // JSON within JSON: a gateway that quotes the request's headers in its own error.
    ...escaped.map(escapeJson),
    encoded,
    encoded.replace(/=+$/, ""),
    encodeBase64Url(bytes),
  ];
}

/** What replaces all forms of all secrets in a text; null when there is nothing to look for. */
function patternOf(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH).flatMap(formsOf));
  if (forms.size === 0) return null;
  // Longest first: a secret that starts with another one must not leave its tail behind.
  const alternatives = [...forms]
    .sort((left, right) => right.length - left.length)
    .map((form) => form.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&"));
  return new RegExp(alternatives.join("|"), "g");
}

function replace(text: string, pattern: RegExp | null): string {
  return pattern === null ? text : text.replace(pattern, MARK);
}

/**
 * A text without secrets: each one becomes `[redacted]`, also where it is percent-encoded, form-encoded, base64 or
 * base64url of its own, or escaped as in JSON. Secrets of fewer than four characters are left alone.
 */
export function redactText(text: string, secrets: readonly string[]): string {
  return replace(text, patternOf(secrets));
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}

/** A copy of any value as plain data. */
function createCopier(pattern: RegExp | null): (value: unknown, depth: number) => unknown {
  // An object met twice is copied once, so that shared parts cannot grow the result.
  const copies = new Map<object, unknown>();

  const copyObject = (value: object, depth: number): unknown => {
    if (Array.isArray(value)) return value.map((item) => copy(item, depth + 1) ?? null);
    if (value instanceof Error) return { name: copy(value.name, depth), message: copy(value.message, depth) };
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (hasToJson(value)) return copy(value.toJSON(), depth + 1);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, item]): [string, unknown] => [replace(key, pattern), copy(item, depth + 1)])
        .filter(([, item]) => item !== undefined),
    );
  };

  const copy = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return replace(value, pattern);
    if (typeof value === "number" || typeof value === "bigint") {
      const text = String(value);
      if (replace(text, pattern) === MARK) return MARK;
      return typeof value === "bigint" ? text : value;
    }
    if (typeof value === "boolean" || value === null) return value;
    if (typeof value !== "object") return undefined;
    if (copies.has(value)) return copies.get(value);
    if (depth > MAX_DEPTH) return "[too deep]";
    copies.set(value, "[circular]");
    const result = copyObject(value, depth);
    copies.set(value, result);
    return result;
  };
  return copy;
}

/**
 * A value as plain data without secrets, as {@link redactText} does it: in keys, in strings, and in numbers that are
 * one. `toJSON` is honoured as JSON does; bytes become their count, a cycle `[circular]`, functions nothing.
 */
export function redactJson(value: unknown, secrets: readonly string[]): unknown {
  return createCopier(patternOf(secrets))(value, 0);
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/**
 * An error reduced to what may be kept as `cause`: name, redacted message, and the `code` of it or of the error
 * behind it (`ECONNREFUSED`). Everything a third party hangs on an error (requests, headers, bodies) stays behind.
 */
export function safeCause(error: unknown, secrets: readonly string[] = []): Error {
  if (!(error instanceof Error)) return new Error("Something that is not an Error was thrown.");
  const cause = new Error(redactText(error.message, secrets));
  cause.name = error.name;
  const code = codeOf(error) ?? codeOf(error.cause);
  return code === null ? cause : Object.assign(cause, { code: redactText(code, secrets) });
}
