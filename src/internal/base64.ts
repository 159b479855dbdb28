/** As many arguments as every engine takes in one call. */
const CHUNK = 8_192;

/** Bytes as base64 (RFC 4648 §4), padded. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return btoa(binary);
}

const utf8 = new TextEncoder();
const BEYOND_ASCII = /[^\u0020-\u007E]/;

/** Text as the base64 of its UTF-8. */
export const encodeBase64Text = (text: string): string =>
  BEYOND_ASCII.test(text) ? encodeBase64(utf8.encode(text)) : btoa(text);

/** Bytes as base64url (RFC 4648 §5), without padding. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Bytes of base64 or base64url, padded or not, line breaks allowed; null when it is neither. */
export function decodeBase64(text: string): Uint8Array | null {
  const standard = text.replaceAll("-", "+").replaceAll("_", "/").replaceAll(/\s/g, "");
  try {
    return Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}
