import { ConfigurationError } from "../errors.js";

/** RFC 3986 §2.3 unreserved characters, but no dot segment: nothing that could change a URL's structure. */
const HARMLESS = /^(?!\.{1,2}$)[A-Za-z0-9._~-]+$/;

/** Whether a value may be filled into a URL. */
export const isHarmless = (value: string): boolean => HARMLESS.test(value);

/**
 * A provider's URL with its `{placeholders}` filled in from a connection's params. The params matched their patterns
 * when they were stored; they are checked once more, since a credential goes to that URL.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a param is missing or could change the URL's structure
 */
export function fillEndpoint(template: string, params: Readonly<Record<string, string>>): string {
  if (!template.includes("{")) return template;
  return template.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value !== undefined && isHarmless(value)) return value;
    throw new ConfigurationError("CONFIG_INVALID", `The URL ${template} cannot be filled in.`, {
      issues: [
        {
          path: `params.${name}`,
          message: value === undefined ? "missing" : "has characters a URL part must not have",
        },
      ],
      hint: "Tighten the param's `pattern` in the app definition, then reconnect.",
    });
  });
}
