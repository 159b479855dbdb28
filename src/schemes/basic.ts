import * as z from "zod";
import { encodeBase64Text } from "../internal/base64.js";
import { lazy } from "../internal/lazy.js";
import { fillText } from "../internal/templates.js";
import type { AuthScheme, ParamSpec } from "../ports/auth-scheme.js";
import type { BasicSettings } from "../ports/scheme-settings/basic.js";
import { basicSettings } from "../ports/scheme-settings/basic.js";
import { placeholdersOf } from "../ports/url-template.js";
import { checkTemplate } from "./internal/check-template.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { readValues } from "./internal/read-values.js";
import { plainText } from "./internal/texts.js";

const FIELDS = ["username", "password"] as const;
type Field = (typeof FIELDS)[number];

const settingsSchema = lazy(() =>
  basicSettings().superRefine((settings, context) => {
    for (const field of FIELDS) {
      const complaint = checkTemplate(settings[field].template, FIELDS);
      if (complaint === null) continue;
      context.addIssue({ code: "custom", path: [field, "template"], message: complaint });
    }
    if (!settings.username.template.includes(":")) return;
    context.addIssue({ code: "custom", path: ["username", "template"], message: "must not hold a colon" });
  }),
);

/** RFC 7617 §2: neither part has control characters. */
const part = plainText().refine((text) => !/\p{Cc}/u.test(text), "has a control character");
const beforeColon = part.refine(
  (text) => !text.includes(":"),
  "has a colon, which ends the user name in HTTP Basic authentication",
);

/** Whether a field is sent at all: a provider may want a constant in its place. */
function isSent({ username, password }: BasicSettings, field: Field): boolean {
  return placeholdersOf(username.template + password.template).includes(field);
}

function valuesSchema(settings: BasicSettings) {
  const schemaOf = (field: Field) => {
    if (!isSent(settings, field)) return z.undefined().catch(undefined);
    const schema = placeholdersOf(settings.username.template).includes(field) ? beforeColon : part;
    return settings[field].required ? schema : schema.optional();
  };
  return z.object({ username: schemaOf("username"), password: schemaOf("password") });
}

const credentialsSchema = lazy(() =>
  z.strictObject({
    /** As the user gave it. */
    username: z.string().min(1).optional(),
    /** As the user gave it. */
    password: z.string().min(1).optional(),
    /** User name and password as they go out, joined by a colon (RFC 7617 §2). */
    user_pass: z.string().regex(/:/),
  }),
);
/** What a BASIC connection keeps, sealed. */
export type BasicCredentials = z.output<ReturnType<typeof credentialsSchema>>;

const encode = (userPass: string): string => encodeBase64Text(userPass);

/**
 * HTTP Basic authentication (RFC 7617), in UTF-8. The app's templates say what is sent for user name and password; a
 * field no template mentions is not asked for. Where the password may be missing, the user name counts as a secret:
 * it is then a key (Stripe, Freshdesk).
 *
 * @example
 * ```ts
 * await entity.initiateConnection({ app: "jira", connectionParams: { subdomain, username, password } });
 * ```
 */
export function basic(): AuthScheme<BasicSettings, BasicCredentials> {
  return {
    name: "BASIC",
    parseSettings: (settings) => parseSettings(settingsSchema(), "BASIC", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "BASIC", credentials),
    integrationParams: () => [],
    connectionParams(_app, settings) {
      const hasPassword = isSent(settings, "password") && settings.password.required;
      return FIELDS.filter((field) => isSent(settings, field)).map(
        (field): ParamSpec => ({
          name: field,
          displayName: settings[field].displayName,
          description: settings[field].description,
          required: settings[field].required,
          secret: field === "password" || !hasPassword,
          default: null,
          aliases: [],
          pattern: null,
        }),
      );
    },
    async start({ values, settings }) {
      const given = readValues(valuesSchema(settings), values);
      const filled = { username: given.username ?? "", password: given.password ?? "" };
      const [user, password] = FIELDS.map((field) => fillText(settings[field].template, filled));
      return { kind: "complete", grant: { credentials: { ...given, user_pass: `${user}:${password}` } } };
    },
    secrets({ username, password, user_pass }) {
      const secret = password ?? username;
      return [...(secret === undefined ? [] : [secret]), user_pass, encode(user_pass)];
    },
    apply(request, { user_pass }) {
      request.headers.set("authorization", `Basic ${encode(user_pass)}`);
      return request;
    },
  };
}
