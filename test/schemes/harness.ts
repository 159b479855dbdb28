import { defineApp } from "../../src/ports/app.js";
import type { AuthScheme, ParamValues, SchemeContext } from "../../src/ports/auth-scheme.js";
import { caught } from "../support/actions.js";

/** A scheme with one app's settings, driven the way the core drives it. */
export function harness<Settings, Credentials>(
  scheme: AuthScheme<Settings, Credentials>,
  settings: Readonly<Record<string, unknown>> = {},
  { now = 0, params = {} }: { readonly now?: number; readonly params?: ParamValues } = {},
) {
  const parsed = scheme.parseSettings({ scheme: scheme.name, ...settings });
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: "https://api.acme.example",
    authSchemes: [{ scheme: "NO_AUTH" }],
  });
  const context: SchemeContext<Settings> = {
    app,
    settings: parsed,
    config: {},
    params,
    runtime: {
      fetch: () => Promise.reject(new Error("these schemes need no network")),
      clock: { now: () => now, sleep: () => Promise.resolve() },
      logger: { debug: () => undefined, warn: () => undefined },
    },
  };
  return {
    /** What the user is asked for. */
    params: scheme.connectionParams(app, parsed),
    /** What the developer is asked for. */
    integrationParams: scheme.integrationParams(app, parsed, { callbackUrl: null }),
    /** The credentials a connection keeps, after a round through storage. */
    async connect(values: ParamValues): Promise<Credentials> {
      const started = await scheme.start({ ...context, values, callbackUrl: "", state: "s", scopes: [] });
      if (started.kind !== "complete") throw new Error("expected a connection that is ready at once");
      return scheme.parseCredentials(JSON.parse(JSON.stringify(started.grant.credentials)));
    },
    /** The request with credentials. */
    apply: (credentials: Credentials, request: Request) => scheme.apply(request, credentials, context),
  };
}

/** What a scheme says about settings it refuses: the paths of the wrong fields. */
export function refusedSettings(
  scheme: AuthScheme<unknown, unknown>,
  settings: Readonly<Record<string, unknown>>,
): unknown {
  return caught(() => scheme.parseSettings({ scheme: scheme.name, ...settings }));
}
