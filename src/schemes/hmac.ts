import * as z from "zod";
import { ConfigurationError, ValidationError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import { loadOnce } from "../internal/load-once.js";
import { namesIn } from "../internal/templates.js";
import type { AuthScheme, ParamSpec, ParamValues, SchemeContext } from "../ports/auth-scheme.js";
import type { SchemeField } from "../ports/scheme-settings/fields.js";
import type { HmacSettings } from "../ports/scheme-settings/hmac.js";
import { hmacSettings } from "../ports/scheme-settings/hmac.js";
import { settingsProblems } from "./hmac/check-settings.js";
import { fieldSpecs, pathOf, secretValues } from "./internal/field-specs.js";
import { keySecrets } from "./internal/jwt/key-secrets.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { readValues } from "./internal/read-values.js";
import { headerText } from "./internal/texts.js";

const credentialsSchema = lazy(() =>
  z.strictObject({
    /** The user's secret fields by name: the secret, where the user gives it. */
    values: z.record(z.string(), z.string()),
  }),
);
/** What an HMAC connection keeps, sealed. */
export type HmacCredentials = z.output<ReturnType<typeof credentialsSchema>>;

const settingsSchema = lazy(() =>
  hmacSettings().superRefine((settings, context) => {
    for (const { path, message } of settingsProblems(settings)) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  }),
);

const keyField = ({ key: { encoding: _encoding, ...rest } }: HmacSettings): SchemeField => ({
  ...rest,
  secret: true,
  required: true,
  default: null,
  pattern: null,
});
const fieldsOf = (settings: HmacSettings): readonly SchemeField[] => [keyField(settings), ...settings.fields];
const specsOf = (settings: HmacSettings, from: SchemeField["from"]): readonly ParamSpec[] =>
  fieldSpecs(fieldsOf(settings), from);

/** @throws ValidationError, or ConfigurationError for the developer's key, that names the field */
function wrongKey({ key }: HmacSettings, message: string): Error {
  const path = pathOf(key);
  const text = `\`${path}\` is wrong: ${message}.`;
  const issues = [{ path, message }];
  if (key.from === "connection") return new ValidationError(text, { issues });
  return new ConfigurationError("CONFIG_INVALID", text, { issues });
}

/** @throws ValidationError that names what no header can carry, and does not quote it */
function checkHeaderValues({ placements }: HmacSettings, values: ParamValues): void {
  const templates = placements.flatMap((placement) =>
    placement.in === "header" ? [placement.template] : [],
  );
  const names = [...new Set(templates.flatMap(namesIn))].filter((name) => values[name] !== undefined);
  readValues(z.object(Object.fromEntries(names.map((name) => [name, headerText()]))), values);
}

const signer = loadOnce(() => import("./hmac/sign.js"));
const keys = loadOnce(() => import("./hmac/key.js"));

/**
 * A signature of each request by a secret that is not sent itself (HMAC, RFC 2104; Ed25519, RFC 8032). What is signed, how
 * it is written and where it goes are said in the app's settings.
 *
 * @example
 * ```ts
 * // CKEditor Cloud Services: https://ckeditor.com/docs/cs/latest/developer-resources/security/request-signature.html
 * const authSchemes = [
 *   {
 *     scheme: "HMAC",
 *     canonical: ["{method}{path_query}{timestamp}{body}"],
 *     timestamp: "milliseconds",
 *     placements: [
 *       { in: "header", name: "X-CS-Timestamp", template: "{timestamp}" },
 *       { in: "header", name: "X-CS-Signature" },
 *     ],
 *   },
 * ];
 * ```
 */
export function hmac(): AuthScheme<HmacSettings, HmacCredentials> {
  const sign = async (
    request: Request,
    { values }: HmacCredentials,
    { settings, config, params, runtime }: SchemeContext<HmacSettings>,
  ): Promise<Request> => {
    const { signRequest } = await signer();
    const { isUsable, wantedKey } = await keys();
    const { name } = settings.key;
    const { [name]: secret = "", ...others } = { ...config, ...params, ...values };
    if (secret === "") throw wrongKey(settings, "expected a secret");
    if (!isUsable(secret, settings)) throw wrongKey(settings, wantedKey(settings));
    return signRequest(request, { settings, secret, values: others, now: runtime.clock.now() });
  };
  return {
    name: "HMAC",
    parseSettings: (settings) => parseSettings(settingsSchema(), "HMAC", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "HMAC", credentials),
    integrationParams: (_app, settings) => specsOf(settings, "integration"),
    connectionParams: (_app, settings) => specsOf(settings, "connection"),
    async checkIntegration({ settings, config }) {
      const secret = config[settings.key.name];
      if (settings.key.from !== "integration" || secret === undefined) return;
      const { isUsable, wantedKey } = await keys();
      if (!isUsable(secret, settings)) throw wrongKey(settings, wantedKey(settings));
    },
    async start(context) {
      const { settings, values, params } = context;
      const credentials = { values: secretValues(fieldsOf(settings), values) };
      checkHeaderValues(settings, values);
      // Signed once now, so that what does not fit is said to who set it up, not to who calls later.
      const probe = new Request("https://probe.invalid/", { method: "POST" });
      await sign(probe, credentials, { ...context, params: { ...params, ...values } });
      return { kind: "complete", grant: { credentials } };
    },
    secrets: ({ values }) => Object.values(values).flatMap(keySecrets),
    apply: sign,
  };
}
