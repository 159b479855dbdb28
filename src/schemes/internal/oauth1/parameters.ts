import type { Parameter } from "./rfc5849.js";

const RESERVED = /[!'()*]/g;
const UNRESERVED = /^[\w.~-]*$/;
const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Percent-encoding of RFC 5849 §3.6: UTF-8, everything but the unreserved characters, in upper case. */
export const percentEncode = (text: string): string =>
  UNRESERVED.test(text) ? text : encodeURIComponent(text).replace(RESERVED, hex);

/** A query or form body with parameters after what is there, which keeps its spelling, since it is signed. */
export function appended(text: string, parameters: readonly Parameter[]): string {
  const more = parameters.map((pair) => pair.map(percentEncode).join("="));
  return [text, ...more].filter((part) => part !== "").join("&");
}

/** A URL with parameters after those of its query. */
export function withQuery(url: string, parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return url;
  const longer = new URL(url);
  longer.search = appended(longer.search.slice(1), parameters);
  return longer.href;
}
