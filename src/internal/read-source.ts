import { valueAt } from "./value-at.js";

/** The text at a place of an answer, numbers and booleans as text; null where there is none, or it does not fit. */
export function readSource(
  body: unknown,
  source: string | { readonly path: string; readonly pattern: string },
): string | null {
  const { path, pattern } = typeof source === "string" ? { path: source, pattern: null } : source;
  const value = valueAt(body, path);
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!isScalar || value === "") return null;
  if (pattern === null) return String(value);
  const match = new RegExp(`^(?:${pattern})$`, "u").exec(String(value));
  return match === null ? null : (match[1] ?? match[0]);
}
