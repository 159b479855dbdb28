import type { Issue } from "../errors.js";
import { ValidationError } from "../errors.js";
import { isHarmless } from "../internal/fill-endpoint.js";
import { isObject } from "../internal/json.js";
import type { ParamSpec, ParamValues } from "../ports/auth-scheme.js";
import { placeholdersOf } from "../ports/url-template.js";
import type { AppScheme } from "./app-registry.js";

/** Fields of app definitions that hold URLs: `tokenUrl`, `steps.0.request.url`, `issuer`, … */
const URL_FIELD = /url$|^(?:issuer|origins|resources)$/i;

function templatesIn(value: unknown, isUrl: boolean): readonly string[] {
  if (typeof value === "string") return isUrl ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => templatesIn(item, isUrl));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, item]) => templatesIn(item, URL_FIELD.test(name)));
}

/**
 * Refuses what would change a URL it is filled into, whatever a param's pattern lets through: said of the user's field when
 * it is given, instead of when the URL is needed.
 *
 * @param specs the user's fields
 * @throws ValidationError naming each field
 */
export function assertFitUrls(
  { app: { baseUrl, origins }, settings }: Pick<AppScheme, "app" | "settings">,
  specs: readonly ParamSpec[],
  values: ParamValues,
): void {
  const used = new Set(templatesIn({ baseUrl, origins, settings }, false).flatMap(placeholdersOf));
  // A scheme that puts a secret into a URL, as one that ends a token may, encodes it.
  const names = new Set(
    specs.filter(({ secret, name }) => !secret && used.has(name)).map(({ name }) => name),
  );
  const issues: Issue[] = Object.entries(values)
    .filter(([name, value]) => names.has(name) && !isHarmless(value))
    .map(([name]) => ({
      path: `connectionParams.${name}`,
      message: "has characters that part of a URL must not have",
    }));
  if (issues.length === 0) return;
  const fields = issues.map(({ path }) => path).join(", ");
  throw new ValidationError(`${fields}: no part of a URL.`, {
    issues,
    hint: "Letters, digits, `.`, `_`, `~` and `-` only.",
  });
}
