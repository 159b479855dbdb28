import { isObject } from "../internal/json.js";

interface Limits {
  /** Characters of one text. */
  readonly text: number;
  /** Items of one list, properties of one object. */
  readonly items: number;
}

/** From nearly everything to nearly nothing. */
function limitsWithin(maxCharacters: number): readonly Limits[] {
  const steps = Math.max(1, Math.floor(Math.log2(maxCharacters)) - 3);
  return Array.from({ length: steps }, (_, step) => ({
    text: Math.floor(maxCharacters / 2 ** (step + 1)),
    items: Math.max(1, Math.floor(1024 / 2 ** step)),
  }));
}

function shorten(value: unknown, limits: Limits): unknown {
  if (typeof value === "string") {
    if (value.length <= limits.text) return value;
    // A pair of surrogates is one letter: half of it is none.
    const start = value.slice(0, limits.text).replace(/[\ud800-\udbff]$/, "");
    return `${start}… [truncated: ${start.length} of ${value.length} characters]`;
  }
  if (Array.isArray(value)) {
    const kept = value.slice(0, limits.items).map((item) => shorten(item, limits));
    if (kept.length === value.length) return kept;
    return [...kept, `[truncated: ${kept.length} of ${value.length} items]`];
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const kept = entries.slice(0, limits.items).map(([key, item]) => [key, shorten(item, limits)]);
  if (kept.length === entries.length) return Object.fromEntries(kept);
  return Object.fromEntries([...kept, ["[truncated]", `${kept.length} of ${entries.length} properties`]]);
}

/**
 * A JSON value whose text has at most so many characters. What does not fit is replaced by a note of how much there
 * was, in long texts and lists, so that the JSON stays valid and its beginning readable.
 */
export function capJson(value: unknown, maxCharacters: number): unknown {
  const { length } = JSON.stringify(value);
  if (length <= maxCharacters) return value;
  for (const limits of limitsWithin(maxCharacters)) {
    const shortened = shorten(value, limits);
    if (JSON.stringify(shortened).length <= maxCharacters) return shortened;
  }
  return `[truncated: ${length} characters of JSON]`;
}
