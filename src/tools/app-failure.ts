import { valueAt } from "../internal/value-at.js";
import type { AppDefinition } from "../ports/app.js";
import { isFailure } from "../ports/failure-rule.js";
import type { ActionResult } from "../ports/tool.js";
import { failed } from "./action-error.js";

/** The failure some providers report with status 200, by the app's rule; null when it is none. */
export function appFailure(app: AppDefinition | null, data: unknown): ActionResult | null {
  const rule = app?.failure ?? null;
  if (app === null || rule === null || !isFailure(data, rule)) return null;
  const reason = valueAt(data, rule.message);
  const words = typeof reason === "string" ? reason : JSON.stringify(reason ?? "no reason given");
  return failed("REQUEST_FAILED", `${app.name} refused: ${words}`);
}
