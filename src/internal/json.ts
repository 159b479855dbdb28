/** A value JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** An object JSON can carry. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** The object a text is as JSON; null when it is not JSON, or something else. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Whether a value is a plain object (what `JSON.parse` makes of `{…}`). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
