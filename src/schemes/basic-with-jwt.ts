import { lazy } from "../internal/lazy.js";
import type { AuthScheme } from "../ports/auth-scheme.js";
import type { BasicWithJwtSettings } from "../ports/scheme-settings/basic-with-jwt.js";
import { basicWithJwtSettings } from "../ports/scheme-settings/basic-with-jwt.js";
import type { SchemeField } from "../ports/scheme-settings/fields.js";
import type { TwoStepSettings } from "../ports/scheme-settings/two-step.js";
import { placementProblems } from "./internal/check-placement.js";
import { parseSettings } from "./internal/parse-settings.js";
import type { SessionCredentials } from "./internal/session/credentials.js";
import { createSessionScheme } from "./internal/session/scheme.js";

export type { SessionCredentials as BasicWithJwtCredentials } from "./internal/session/credentials.js";

const settingsSchema = lazy(() =>
  basicWithJwtSettings().superRefine(({ placement }, context) => {
    for (const [field, message] of placementProblems(placement)) {
      context.addIssue({ code: "custom", path: ["placement", field], message });
    }
  }),
);

/** RFC 7617 §2: what comes before the first colon is the user's name. */
const USERNAME = "[^:]+";

function fieldsOf({ username, password, fields }: BasicWithJwtSettings): SchemeField[] {
  const base = { from: "connection" as const, required: true, default: null, aliases: [] };
  return [
    { ...base, name: "username", ...username, secret: false, pattern: USERNAME },
    { ...base, name: "password", ...password, secret: true, pattern: null },
    ...fields,
  ];
}

function sessionOf(settings: BasicWithJwtSettings): TwoStepSettings {
  const { tokenUrl, method, headers, body, tokenPath, expiry, placement } = settings;
  const basic = { username: "{username}", password: "{password}" };
  return {
    scheme: "TWO_STEP",
    fields: fieldsOf(settings),
    steps: [
      {
        request: { method, url: tokenUrl, headers, basic, format: "json", body },
        values: { token: { from: "body", path: tokenPath, required: true } },
        failure: null,
        error: "error",
        message: "message",
      },
    ],
    expiry,
    refresh: null,
    logout: null,
    placements: [placement],
  };
}

/**
 * A login with HTTP Basic (RFC 7617) at a token URL, whose answer holds a JWT (RFC 7519) that is sent in each request. The
 * token is renewed by another login before it expires, as its `exp` or a field of the answer says.
 *
 * @example
 * ```ts
 * const authSchemes = [
 *   { scheme: "BASIC_WITH_JWT", tokenUrl: "https://api.acme.example/auth/token", tokenPath: "data.jwt" },
 * ];
 * ```
 */
export function basicWithJwt(): AuthScheme<BasicWithJwtSettings, SessionCredentials> {
  return createSessionScheme({
    name: "BASIC_WITH_JWT",
    parseSettings: (settings) => parseSettings(settingsSchema(), "BASIC_WITH_JWT", settings),
    sessionOf,
  });
}
