import { ConfigurationError } from "../errors.js";
import type { AppDefinition } from "../ports/app.js";
import type { AppAuthScheme } from "../ports/app-auth-scheme.js";
import type { AnyAuthScheme } from "../ports/auth-scheme.js";

/** One scheme of one app: the strategy and the app's checked settings for it. */
export interface AppScheme {
  readonly app: AppDefinition;
  readonly scheme: AnyAuthScheme;
  readonly settings: unknown;
}

/** The apps this toolset knows, and how each authenticates. */
export interface AppRegistry {
  list(): readonly AppDefinition[];
  /** @throws ConfigurationError `APP_UNKNOWN` */
  get(slug: string): AppDefinition;
  /** @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED` */
  scheme(slug: string, authScheme: string): AppScheme;
  /** Callback parameters that may tell which flow came back, `state` first. */
  readonly callbackParameters: readonly string[];
  /** The schemes of an app, the preferred one first. @throws ConfigurationError `APP_UNKNOWN` */
  schemes(slug: string): readonly AppScheme[];
}

function settingsOf(auth: AppAuthScheme): unknown {
  return "settings" in auth ? auth.settings : auth;
}

/**
 * Puts apps and schemes together and checks that they fit.
 *
 * @throws ConfigurationError when two apps share a slug, or an app names a scheme nobody registered
 */
export function createAppRegistry(
  apps: readonly AppDefinition[],
  schemes: readonly AnyAuthScheme[],
): AppRegistry {
  const strategies = new Map(schemes.map((scheme) => [scheme.name, scheme]));
  const entries = new Map<string, { readonly app: AppDefinition; readonly schemes: readonly AppScheme[] }>();
  for (const [index, app] of apps.entries()) {
    if (entries.has(app.slug)) {
      throw new ConfigurationError("CONFIG_INVALID", `Two apps are called "${app.slug}".`, {
        issues: [{ path: `apps.${index}.slug`, message: "must be unique" }],
      });
    }
    const appSchemes = app.authSchemes.map((auth): AppScheme => {
      const scheme = strategies.get(auth.scheme);
      if (scheme === undefined) {
        throw new ConfigurationError(
          "SCHEME_UNSUPPORTED",
          `App "${app.slug}" uses the unknown scheme ${auth.scheme}.`,
          {
            hint: `Pass its strategy in \`schemes\`. Known: ${[...strategies.keys()].join(", ")}.`,
            issues: [{ path: `apps.${index}.authSchemes`, message: `no scheme is called ${auth.scheme}` }],
          },
        );
      }
      return { app, scheme, settings: scheme.parseSettings(settingsOf(auth)) };
    });
    entries.set(app.slug, { app, schemes: appSchemes });
  }

  const entry = (slug: string) => {
    const found = entries.get(slug);
    if (found !== undefined) return found;
    const known = [...entries.keys()].slice(0, 20).join(", ");
    throw new ConfigurationError("APP_UNKNOWN", `There is no app "${slug}" in this toolset.`, {
      hint: `Pass it in \`apps\` (import it from "mooring/apps/${slug}" or make it with defineApp). Known: ${known === "" ? "none" : known}.`,
      issues: [{ path: "app", message: "unknown app" }],
    });
  };
  const parameters = [...entries.values()].flatMap(({ schemes: offered }) =>
    offered.flatMap(({ scheme, settings }) => scheme.callbackParameters?.(settings) ?? []),
  );
  return {
    callbackParameters: [...new Set(["state", ...parameters])],
    list: () => [...entries.values()].map(({ app }) => app),
    get: (slug) => entry(slug).app,
    schemes: (slug) => entry(slug).schemes,
    scheme(slug, authScheme) {
      const { schemes: offered } = entry(slug);
      const found = offered.find(({ scheme }) => scheme.name === authScheme);
      if (found !== undefined) return found;
      throw new ConfigurationError(
        "SCHEME_UNSUPPORTED",
        `App "${slug}" does not support the auth scheme ${authScheme}.`,
        {
          hint: `It supports ${offered.map(({ scheme }) => scheme.name).join(", ")}.`,
          issues: [{ path: "authScheme", message: `"${slug}" does not support ${authScheme}` }],
        },
      );
    },
  };
}
