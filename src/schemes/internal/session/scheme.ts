import { ConfigurationError } from "../../../errors.js";
import { namesIn } from "../../../internal/templates.js";
import type { AuthScheme, AuthSchemeName, SchemeContext } from "../../../ports/auth-scheme.js";
import type { TwoStepSettings } from "../../../ports/scheme-settings/two-step.js";
import { cookieValue } from "../cookie.js";
import { fieldSpecs, secretValues } from "../field-specs.js";
import { parseCredentials } from "../parse-credentials.js";
import type { SessionCredentials } from "./credentials.js";
import { sessionCredentials } from "./credentials.js";
import { placeSession } from "./place-session.js";

/**
 * A value may be left out of an answer; a name that no answer can have is a mistake.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming the placement
 */
function checkPlacements({ settings, params, app }: SchemeContext<TwoStepSettings>): void {
  const { steps, refresh, placements, fields } = settings;
  const told = [...steps, ...(refresh === null ? [] : [refresh])].flatMap(({ values }, index) =>
    Object.keys(values).flatMap((name) => [name, `step${index + 1}.${name}`]),
  );
  const given = fields.flatMap(({ from, name }) => (from === "integration" ? [name] : []));
  const ofApp = app.connectionParams.map(({ name }) => name);
  const names = new Set([...told, ...Object.keys(params), ...ofApp, ...given]);
  for (const [index, { template }] of placements.entries()) {
    const unknown = namesIn(template).find((name) => !names.has(name));
    if (unknown === undefined) continue;
    const path = `placements.${index}.template`;
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `\`{${unknown}}\` in \`${path}\` is nothing the login gives.`,
      {
        issues: [{ path, message: `expected one of ${[...names].join(", ")}` }],
        hint: "Name one of the `values` of `steps`, a connection param of the app, or a field the developer gives.",
      },
    );
  }
}

/** Makes a scheme that logs in and sends what the login gave; its settings are told in the form of TWO_STEP. */
export function createSessionScheme<Settings extends object>(options: {
  readonly name: AuthSchemeName;
  parseSettings(settings: unknown): Settings;
  sessionOf(settings: Settings): TwoStepSettings;
}): AuthScheme<Settings, SessionCredentials> {
  const { name, parseSettings } = options;
  const sessions = new WeakMap<Settings, TwoStepSettings>();
  const sessionOf = (settings: Settings): TwoStepSettings => {
    const known = sessions.get(settings);
    if (known !== undefined) return known;
    const made = options.sessionOf(settings);
    sessions.set(settings, made);
    return made;
  };
  const known = (context: SchemeContext<Settings>) => ({ ...context, settings: sessionOf(context.settings) });
  return {
    name,
    parseSettings,
    parseCredentials: (credentials) => parseCredentials(sessionCredentials(), name, credentials),
    integrationParams: (_app, settings) => fieldSpecs(sessionOf(settings).fields, "integration"),
    connectionParams: (_app, settings) => fieldSpecs(sessionOf(settings).fields, "connection"),
    async start(context) {
      const session = known(context);
      checkPlacements(session);
      const { login } = await import("./login.js");
      const secrets = secretValues(session.settings.fields, context.values);
      return { kind: "complete", grant: { credentials: await login(session, secrets, null) } };
    },
    async refresh(context, credentials) {
      const { renew } = await import("./login.js");
      return { credentials: await renew(known(context), credentials) };
    },
    async revoke(context, credentials) {
      const { logout } = await import("./login.js");
      return logout(known(context), credentials);
    },
    expiresAt: ({ expires_at }) => (expires_at === undefined ? null : new Date(expires_at)),
    secrets({ values, session }) {
      const all = [...Object.values(values), ...Object.values(session)];
      return [...new Set([...all, ...all.map(cookieValue)])];
    },
    apply: (request, { session }, { settings, params, config }) =>
      placeSession(request, sessionOf(settings), { ...config, ...params, ...session }),
  };
}
