/** Longer input is cut: an error is no place for a page of text. */
const MAX_LENGTH = 300;

/** A URL as errors show it: without user name, password, query and fragment. */
export function displayUrl(url: URL): string {
  const shown = /^https?:$/.test(url.protocol) ? `${url.origin}${url.pathname}` : url.protocol;
  return shown.slice(0, MAX_LENGTH);
}

/** What was given in place of a URL, as errors show it: the same, though it may not be one. */
export function displayInput(input: string | URL): string {
  if (typeof input !== "string") return displayUrl(input);
  if (URL.canParse(input)) return displayUrl(new URL(input));
  const [path = ""] = input.split(/[?#]/, 1);
  return path
    .slice(0, MAX_LENGTH)
    .replace(/[^/\\]*@/g, "")
    .replace(/[\s\p{Cc}]/gu, encodeURIComponent);
}
