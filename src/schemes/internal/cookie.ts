/** What RFC 6265 §4.1.1 does not let into a cookie's value: white space, quotes, comma, semicolon, backslash, … */
const NOT_COOKIE_OCTETS = /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;

/** A text as a cookie's value, percent-encoded where it has to be. */
export function cookieValue(text: string): string {
  return text.replaceAll(NOT_COOKIE_OCTETS, encodeURIComponent);
}

/**
 * A `Cookie` header (null for none) in which `name` has this one value; other cookies stay.
 *
 * @param value as it goes out: see {@link cookieValue}
 */
export function withCookie(header: string | null, name: string, value: string): string {
  const others = (header ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair !== "" && pair.split("=")[0]?.trim() !== name);
  return [...others, `${name}=${value}`].join("; ");
}
