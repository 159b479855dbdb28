const RESERVED = /[!'()*]/g;
const UNRESERVED = /^[\w.~-]*$/;
const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** Percent-encoding of everything but the unreserved characters (RFC 3986 §2.3), UTF-8, in upper case. */
export const percentEncode = (text: string): string =>
  UNRESERVED.test(text) ? text : encodeURIComponent(text).replace(RESERVED, hex);
