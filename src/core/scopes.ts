import { ValidationError } from "../errors.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { AppScheme } from "./app-registry.js";

/** Whether scopes can be asked for. */
export const hasScopes = ({ scheme, settings }: Pick<AppScheme, "scheme" | "settings">): boolean =>
  scheme.hasScopes?.(settings) ?? interactionOf(scheme, settings) !== "none";

/** @throws ValidationError when scopes are given that cannot be asked for */
export function assertScopes(
  appScheme: Pick<AppScheme, "scheme" | "settings">,
  scopes: readonly string[] | undefined,
): void {
  if (scopes === undefined || hasScopes(appScheme)) return;
  throw new ValidationError(`${appScheme.scheme.name} has no scopes.`, {
    issues: [{ path: "scopes", message: "only for schemes that ask a provider for them" }],
  });
}
