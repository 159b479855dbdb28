import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { fillText } from "../internal/templates.js";
import type { AuthScheme } from "../ports/auth-scheme.js";
import type { BearerTokenSettings } from "../ports/scheme-settings/bearer-token.js";
import { bearerTokenSettings } from "../ports/scheme-settings/bearer-token.js";
import { placeholdersOf } from "../ports/url-template.js";
import { checkTemplate } from "./internal/check-template.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { readValues } from "./internal/read-values.js";
import { headerText, TOKEN } from "./internal/texts.js";

const settingsSchema = lazy(() =>
  bearerTokenSettings().superRefine(({ header, template }, context) => {
    if (!TOKEN.test(header))
      context.addIssue({ code: "custom", path: ["header"], message: "not a header name" });
    const complaint = placeholdersOf(template).includes("token")
      ? checkTemplate(template, ["token"])
      : "must hold `{token}`";
    if (complaint !== null) context.addIssue({ code: "custom", path: ["template"], message: complaint });
    const literal = headerText().safeParse(template);
    for (const { message } of literal.error?.issues ?? []) {
      context.addIssue({ code: "custom", path: ["template"], message });
    }
  }),
);

const valuesSchema = lazy(() => z.object({ token: headerText() }));
const credentialsSchema = lazy(() => z.strictObject({ token: z.string().min(1) }));
/** What a BEARER_TOKEN connection keeps, sealed. */
export type BearerTokenCredentials = z.output<ReturnType<typeof credentialsSchema>>;

/**
 * A token the user already has, in a header of each request (RFC 6750 §2.1). It is never renewed.
 *
 * @example
 * ```ts
 * await entity.initiateConnection({ app: "gmail", authScheme: "BEARER_TOKEN", connectionParams: { token } });
 * ```
 */
export function bearerToken(): AuthScheme<BearerTokenSettings, BearerTokenCredentials> {
  return {
    name: "BEARER_TOKEN",
    parseSettings: (settings) => parseSettings(settingsSchema(), "BEARER_TOKEN", settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), "BEARER_TOKEN", credentials),
    integrationParams: () => [],
    connectionParams: () => [
      {
        name: "token",
        displayName: "Token",
        description: "Token for bearer token auth",
        required: true,
        secret: true,
        default: null,
        aliases: [],
        pattern: null,
      },
    ],
    async start({ values }) {
      return { kind: "complete", grant: { credentials: readValues(valuesSchema(), values) } };
    },
    secrets: ({ token }) => [token],
    apply(request, { token }, { settings }) {
      request.headers.set(settings.header, fillText(settings.template, { token }));
      return request;
    },
  };
}
