import { ConfigurationError } from "../errors.js";
import { loadOnce } from "../internal/load-once.js";
import { fillText, namesIn } from "../internal/templates.js";
import type { AuthScheme, ParamSpec, SchemeContext } from "../ports/auth-scheme.js";
import type { AwsSigv4Settings } from "../ports/scheme-settings/aws-sigv4.js";
import { awsSigv4Settings } from "../ports/scheme-settings/aws-sigv4.js";
import type { AwsSigv4Credentials } from "./aws-sigv4/credentials.js";
import { credentialsSchema } from "./aws-sigv4/credentials.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { readValues } from "./internal/read-values.js";

export type { AwsSigv4Credentials } from "./aws-sigv4/credentials.js";

const signer = loadOnce(() => import("./aws-sigv4/sign.js"));

const param = (spec: Pick<ParamSpec, "name" | "displayName" | "description" | "required" | "secret">) => ({
  ...spec,
  default: null,
  aliases: [],
  pattern: null,
});
const PARAMS: readonly ParamSpec[] = [
  param({
    name: "access_key_id",
    displayName: "Access key ID",
    description: "ID of the access key, such as AKIDEXAMPLE",
    required: true,
    secret: false,
  }),
  param({
    name: "secret_access_key",
    displayName: "Secret access key",
    description: "Secret of the access key",
    required: true,
    secret: true,
  }),
  param({
    name: "session_token",
    displayName: "Session token",
    description: "Goes with temporary access keys only",
    required: false,
    secret: true,
  }),
];

/** A region or service for the credential scope. @throws ConfigurationError `CONFIG_INVALID` naming the setting */
function scopePart(
  field: "region" | "service",
  { settings, params, config }: SchemeContext<AwsSigv4Settings>,
): string {
  const values = { ...config, ...params };
  const missing = namesIn(settings[field]).find((name) => !Object.hasOwn(values, name));
  const filled = missing === undefined ? fillText(settings[field], values) : "";
  if (/^[\w-]+$/.test(filled)) return filled;
  const message =
    missing === undefined
      ? "must come to letters, digits and hyphens"
      : `there is no value for \`{${missing}}\``;
  throw new ConfigurationError("CONFIG_INVALID", `The AWS_SIGV4 settings are wrong: ${field}: ${message}.`, {
    issues: [{ path: field, message }],
  });
}

/**
 * AWS Signature Version 4: each request is signed with an access key, for one region and service. The body is signed too,
 * unless the app's settings say otherwise; a request that is sent again is signed anew.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @example
 * ```ts
 * const app = defineApp({
 *   ...rest,
 *   baseUrl: "https://lambda.{region}.amazonaws.com",
 *   connectionParams: [{ name: "region", displayName: "Region", description: "Such as eu-central-1" }],
 *   authSchemes: [{ scheme: "AWS_SIGV4", region: "{region}", service: "lambda" }],
 * });
 * ```
 */
export function awsSigv4(): AuthScheme<AwsSigv4Settings, AwsSigv4Credentials> {
  return {
    name: "AWS_SIGV4",
    parseSettings: (settings) => parseSettings(awsSigv4Settings(), "AWS_SIGV4", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "AWS_SIGV4", credentials),
    integrationParams: () => [],
    connectionParams: () => PARAMS,
    async start(context) {
      const given = Object.fromEntries(
        PARAMS.flatMap(({ name }) => {
          const { [name]: value } = context.values;
          return value === undefined ? [] : [[name, value]];
        }),
      );
      const credentials = readValues(credentialsSchema(), given);
      const known = { ...context, params: { ...context.params, ...context.values } };
      for (const field of ["region", "service"] as const) scopePart(field, known);
      return { kind: "complete", grant: { credentials } };
    },
    secrets: ({ secret_access_key, session_token }) =>
      session_token === undefined ? [secret_access_key] : [secret_access_key, session_token],
    async apply(request, credentials, context) {
      const { signRequest } = await signer();
      return signRequest(request, {
        credentials,
        region: scopePart("region", context),
        service: scopePart("service", context),
        settings: context.settings,
        now: context.runtime.clock.now(),
      });
    },
  };
}
