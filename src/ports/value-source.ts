import * as z from "zod";
import { lazy } from "../internal/lazy.js";

/** Dot path into a JSON answer, `0` for the first of a list: `data.0.id`. */
export const valuePath = lazy(() =>
  z.string().regex(/^[\w$-]+(\.[\w$-]+)*$/, "a dot path into the answer, such as `data.0.id`"),
);

const isPattern = (source: string): boolean => {
  try {
    return new RegExp(source, "u").exec("") !== undefined;
  } catch {
    return false;
  }
};

/** A regular expression, as its source: the whole value must match it. */
export const pattern = lazy(() => z.string().refine(isPattern, "a regular expression"));

/**
 * Where a value is in an answer: a dot path; with `pattern`, the whole value must match it, and its first group is what
 * is kept (`https://([\w-]+\.salesforce\.com)` keeps the host of a URL).
 */
export const valueSource = lazy(() =>
  z.union([valuePath(), z.strictObject({ path: valuePath(), pattern: pattern() })]),
);
/** A place in an answer. */
export type ValueSource = z.output<ReturnType<typeof valueSource>>;
