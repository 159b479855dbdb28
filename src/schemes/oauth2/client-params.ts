import type { ParamSpec, ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";

const FIELD = { default: null, aliases: [], pattern: null } as const;

/** What the owner of the OAuth client gives of it: the developer, or the user for each connection. */
export function clientSpecs({ clientAuthentication }: OAuth2Settings): readonly ParamSpec[] {
  return [
    {
      name: "client_id",
      displayName: "Client id",
      description: "Client id of the app",
      required: true,
      secret: false,
      ...FIELD,
    },
    {
      name: "client_secret",
      displayName: "Client secret",
      description: "Client secret of the app",
      required: clientAuthentication !== "none",
      secret: true,
      ...FIELD,
    },
  ];
}

/** The user's own client, as given with a connection; undefined where the developer's is used. */
export function ownClient(settings: OAuth2Settings, values: ParamValues): Record<string, string> | undefined {
  if (settings.clientOwner === "integration") return undefined;
  return Object.fromEntries(
    clientSpecs(settings).flatMap(({ name }) => {
      const value = values[name] ?? "";
      return value === "" ? [] : [[name, value]];
    }),
  );
}

/** The same call as the user's own client, where there is one. */
export function asClient<Context extends SchemeContext<OAuth2Settings>>(
  context: Context,
  client: ParamValues | undefined,
): Context {
  return client === undefined ? context : { ...context, config: { ...context.config, ...client } };
}
