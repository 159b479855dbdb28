import { ConfigurationError } from "../../errors.js";
import { fillText, MissingValue } from "../../internal/templates.js";
import type { ParamValues } from "../../ports/auth-scheme.js";

/**
 * Templates of the app definition, filled in.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming the placeholder there is no value for
 */
export function fillValues(
  appName: string,
  templates: ParamValues,
  { field, values }: { readonly field: string; readonly values: ParamValues },
): ParamValues {
  try {
    return Object.fromEntries(
      Object.entries(templates).map(([name, template]) => [name, fillText(template, values)]),
    );
  } catch (error) {
    if (!(error instanceof MissingValue)) throw error;
    throw missing(error, `\`${field}\` of ${appName}`);
  }
}

const missing = (cause: MissingValue, where: string): ConfigurationError =>
  new ConfigurationError("CONFIG_INVALID", `${cause.message} It is in ${where}.`, {
    issues: [{ path: `connectionParams.${cause.placeholder}`, message: "expected a text" }],
    cause,
    hint: "Give it with the connection, or make it a connection param of the app.",
  });
