/** A value JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
/** An object JSON can carry. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is a plain object (what `JSON.parse` makes of `{…}`). */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
