import { isObject } from "../internal/json.js";
import type { AppDefinition } from "../ports/app.js";
import type { ActionResult } from "../ports/tool.js";
import { failed } from "./action-error.js";

/** The value at a path in dot notation; undefined when there is none. */
function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (parent, key) => (isObject(parent) && Object.hasOwn(parent, key) ? parent[key] : undefined),
      value,
    );
}

/** The failure some providers report with status 200, by the app's rule; null when it is none. */
export function appFailure(app: AppDefinition | null, data: unknown): ActionResult | null {
  const rule = app?.failure ?? null;
  if (app === null || rule === null || at(data, rule.path) !== rule.equals) return null;
  const reason = at(data, rule.message);
  const words = typeof reason === "string" ? reason : JSON.stringify(reason ?? "no reason given");
  return failed("REQUEST_FAILED", `${app.name} refused: ${words}`);
}
