import { encodeBase64Url } from "./base64.js";

/** SHA-256 (FIPS 180-4) of a text's UTF-8 bytes: 32 bytes. */
export async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** SHA-256 of a text's UTF-8 bytes, base64url without padding: 43 characters. */
export async function sha256Base64Url(text: string): Promise<string> {
  return encodeBase64Url(await sha256(text));
}

/** Random bytes as base64url without padding: 43 characters for the default of 32 bytes (256 bits). */
export function randomToken(bytes = 32): string {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}
