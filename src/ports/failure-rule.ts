import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { valueAt } from "../internal/value-at.js";
import { valuePath } from "./value-source.js";

const scalar = lazy(() => z.union([z.string(), z.number(), z.boolean()]));

/**
 * How an answer with status 200 says that it is a failure: the value at the dot path `path` is exactly `equals`, or is
 * there, not empty, and not `not` (`{ path: "error.0", not: "" }` for a list that is not empty).
 *
 * @param rest where it says why
 */
export const failureRule = <Rest extends z.ZodRawShape>(rest: Rest) =>
  z.union([
    z.strictObject({ path: valuePath(), equals: scalar(), ...rest }),
    z.strictObject({ path: valuePath(), not: scalar(), ...rest }),
  ]);

/** Such a rule, without where the reason is. */
export type FailureRule = { readonly path: string } & (
  | { readonly equals: string | number | boolean }
  | { readonly not: string | number | boolean }
);

/** Whether an answer is a failure by a rule. */
export function isFailure(body: unknown, rule: FailureRule): boolean {
  const value = valueAt(body, rule.path);
  if ("equals" in rule) return value === rule.equals;
  return value !== undefined && value !== null && value !== "" && value !== rule.not;
}
