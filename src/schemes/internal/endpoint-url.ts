import { ConfigurationError } from "../../errors.js";
import { fillEndpoint } from "../../internal/fill-endpoint.js";
import { isSafeEndpoint } from "../../ports/url-template.js";

/**
 * A URL of the app definition, filled in from the connection's params.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a param is missing or would change the URL's structure
 */
export function endpointUrl(
  field: string,
  template: string,
  params: Readonly<Record<string, string>>,
): string {
  const url = fillEndpoint(template, params);
  if (isSafeEndpoint(url)) return url;
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `\`${field}\` is not a usable URL once its placeholders are filled in.`,
    {
      issues: [
        {
          path: field,
          message: "expected an https URL (http only on loopback) without credentials or fragment",
        },
      ],
      hint: "Tighten the `pattern` of the app's connection params.",
    },
  );
}
