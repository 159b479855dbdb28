import { percentEncode } from "../../../internal/percent-encode.js";
import type { Parameter } from "./rfc5849.js";

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
