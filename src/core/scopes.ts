import { ValidationError } from "../errors.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { AppScheme } from "./app-registry.js";

/** Whether scopes can be asked for. */
export const hasScopes = ({ scheme, settings }: Pick<AppScheme, "scheme" | "settings">): boolean =>
  scheme.hasScopes?.(settings) ?? interactionOf(scheme, settings) !== "none";

/** @throws ValidationError naming what is said of scopes where none can be asked for */
export function assertScopes(
  appScheme: Pick<AppScheme, "scheme" | "settings">,
  given: { readonly scopes?: readonly string[] | undefined; readonly keepGranted?: boolean | undefined },
): void {
  const path = given.scopes === undefined ? "keepGranted" : "scopes";
  if (given[path] === undefined || hasScopes(appScheme)) return;
  throw new ValidationError(`${appScheme.scheme.name} has no scopes.`, {
    issues: [{ path, message: "only for schemes that ask a provider for scopes" }],
  });
}
