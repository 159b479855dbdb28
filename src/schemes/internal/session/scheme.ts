import { ConfigurationError } from "../../../errors.js";
import { loadOnce } from "../../../internal/load-once.js";
import { canFill, namesIn } from "../../../internal/templates.js";
import type { AuthScheme, AuthSchemeName, ParamValues, SchemeContext } from "../../../ports/auth-scheme.js";
import type { TwoStepSettings, XmlPlacement } from "../../../ports/scheme-settings/two-step.js";
import { cookieValue } from "../cookie.js";
import { fieldSpecs, secretValues } from "../field-specs.js";
import { parseCredentials } from "../parse-credentials.js";
import { placeToken } from "../place-token.js";
import type { SessionCredentials } from "./credentials.js";
import { sessionCredentials } from "./credentials.js";

const xmlPlacing = loadOnce(() => import("./xml-placement.js"));

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

async function placeAllInXml(
  request: Request | Promise<Request>,
  placements: readonly XmlPlacement[],
  values: ParamValues,
): Promise<Request> {
  const { placeInXml } = await xmlPlacing();
  return placeInXml(await request, placements, values);
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
    apply(request, credentials, { settings, params, config }) {
      const values = { ...config, ...params, ...credentials.session };
      // A value the server may leave out, such as the cookie of a balancer, is not sent then.
      const sent = sessionOf(settings).placements.filter(({ template }) => canFill(template, values));
      const inXml = sent.filter((placement) => placement.in === "xml");
      let applied: Request | Promise<Request> = request;
      for (const placement of sent) {
        if (placement.in === "xml") continue;
        const place = (into: Request) => placeToken(into, placement, values);
        applied = applied instanceof Promise ? applied.then(place) : place(applied);
      }
      return inXml.length === 0 ? applied : placeAllInXml(applied, inXml, values);
    },
  };
}
