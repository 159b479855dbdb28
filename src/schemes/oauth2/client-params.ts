import type { ParamSpec, ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";

const FIELD = { default: null, aliases: [], pattern: null } as const;

const CLIENT_ID: ParamSpec = {
  name: "client_id",
  displayName: "Client id",
  description: "Client id of the app",
  required: true,
  secret: false,
  ...FIELD,
};
const CLIENT_SECRET: ParamSpec = {
  name: "client_secret",
  displayName: "Client secret",
  description: "Client secret of the app",
  required: true,
  secret: true,
  ...FIELD,
};
const PRIVATE_KEY: ParamSpec = {
  name: "private_key",
  displayName: "Private key",
  description: "Private key of the app, as PEM or JWK",
  required: true,
  secret: true,
  ...FIELD,
};
const KEY_ID: ParamSpec = {
  name: "key_id",
  displayName: "Key id",
  description: "What the provider knows the key by",
  required: false,
  secret: false,
  ...FIELD,
};
const ISSUER_ID: ParamSpec = {
  name: "issuer_id",
  displayName: "Issuer",
  description: "Who signs for the app: a team or an account",
  required: true,
  secret: false,
  ...FIELD,
};

const CLIENT_NAME: ParamSpec = {
  name: "client_name",
  displayName: "Name",
  description: "What users are told the app is called, when it is registered with the provider",
  required: false,
  secret: false,
  ...FIELD,
};

const SECRET_EXPIRES_AT: ParamSpec = {
  name: "client_secret_expires_at",
  displayName: "End of the client secret",
  description: "When the client secret expires, in seconds since 1970; 0 or nothing for never",
  required: false,
  secret: false,
  ...FIELD,
  pattern: "[0-9]{1,12}",
};

const INITIAL_ACCESS_TOKEN: ParamSpec = {
  name: "initial_access_token",
  displayName: "Initial access token",
  description: "What the provider lets a client be registered with, where not everybody may",
  required: false,
  secret: true,
  ...FIELD,
};

/** What the owner of the OAuth client gives of it: the developer, or the user for each connection. */
export function clientSpecs(settings: OAuth2Settings): readonly ParamSpec[] {
  const { clientAuthentication, clientAssertion, clientRegistration } = settings;
  if (clientRegistration !== null) {
    return [
      { ...CLIENT_ID, required: false },
      { ...CLIENT_SECRET, required: false },
      SECRET_EXPIRES_AT,
      CLIENT_NAME,
      INITIAL_ACCESS_TOKEN,
    ];
  }
  switch (clientAuthentication) {
    case "none":
      return [CLIENT_ID, { ...CLIENT_SECRET, required: false }];
    case "tls_client_auth":
      return [CLIENT_ID];
    case "private_key_jwt": {
      const asksIssuer = clientAssertion.issuer.includes("{issuer_id}");
      return [CLIENT_ID, PRIVATE_KEY, KEY_ID, ...(asksIssuer ? [ISSUER_ID] : [])];
    }
    default:
      return [CLIENT_ID, CLIENT_SECRET];
  }
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
