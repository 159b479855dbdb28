import { redactText } from "../internal/redact.js";

/** Longer URLs are cut: an error is no place for a page of text. */
const MAX_LENGTH = 300;

function publicPart(input: string | URL): string {
  if (typeof input !== "string" || URL.canParse(input)) {
    const { protocol, origin, pathname } = new URL(input);
    return /^https?:$/.test(protocol) ? `${origin}${pathname}` : protocol;
  }
  const [path = ""] = input.split(/[?#]/, 1);
  return path.replace(/[^/\\]*@/g, "").replace(/[\s\p{Cc}]/gu, encodeURIComponent);
}

/** A URL, or what was given in place of one, as errors show it: no user name, password, query, fragment or secret. */
export function displayUrl(input: string | URL, secrets: readonly string[]): string {
  return redactText(publicPart(input), secrets).slice(0, MAX_LENGTH);
}
