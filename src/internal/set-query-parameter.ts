import { percentEncode } from "./percent-encode.js";

/**
 * A query string or form-urlencoded body in which `name` has this one value: other occurrences are dropped, all else
 * keeps its spelling.
 */
export function setQueryParameter(query: string, name: string, value: string): string {
  const others = query.split("&").filter((part) => part !== "" && !new URLSearchParams(part).has(name));
  return [...others, `${percentEncode(name)}=${percentEncode(value)}`].join("&");
}
