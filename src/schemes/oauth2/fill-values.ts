import { ConfigurationError } from "../../errors.js";
import { fillText, MissingValue } from "../../internal/templates.js";
import { trySetHeader } from "../../internal/try-set-header.js";
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

/**
 * Puts filled-in headers into a request. What the platform says of a value it does not take quotes it, and may quote a
 * secret.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming the header
 */
export function setHeaders(headers: Headers, values: ParamValues, field: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (trySetHeader(headers, name, value)) continue;
    throw new ConfigurationError("CONFIG_INVALID", `\`${field}.${name}\` cannot be sent.`, {
      issues: [{ path: `${field}.${name}`, message: "a value has characters a header cannot carry" }],
      hint: "Give the values it is filled in with anew, without line breaks.",
    });
  }
}
