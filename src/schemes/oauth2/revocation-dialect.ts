import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { ProtocolRequest } from "../internal/transport.js";
import { USER_AGENT } from "../internal/transport.js";
import { basicAuthorization, configValue } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import { setHeaders } from "./fill-values.js";

type Context = SchemeContext<OAuth2Settings>;
type Dialect = NonNullable<OAuth2Settings["revocationRequest"]>;
type Fields = Readonly<Record<string, string>>;
type Values = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\{(token|access_token|refresh_token|client_id|client_secret)\}/g;

/** Whether everything the templates ask for is there: a grant without a refresh token has none to revoke. */
const canFill = (templates: readonly string[], values: Values): boolean =>
  templates.every((template) =>
    [...template.matchAll(PLACEHOLDER)].every(([, name = ""]) => values[name] !== undefined),
  );

const fill = (template: string, values: Values): string =>
  template.replace(PLACEHOLDER, (_placeholder, name: string) => values[name] ?? "");

const fillAll = (fields: Fields, values: Values): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, template]) => [name, fill(template, values)]));

/** Tokens go in last, in place of "<…>" encoded: errors name the URL without them, and no host may hold a "<". */
function urlOf(template: string, values: Values, params: Fields): string {
  const encoded = template.replace(PLACEHOLDER, (_placeholder, name: string) => `%3C${name}%3E`);
  return endpointUrl("revocationRequest.url", encoded, params).replace(
    /%3C(\w+)%3E/g,
    (_encoded, name: string) => encodeURIComponent(values[name] ?? ""),
  );
}

function authorization(dialect: Dialect, context: Context, credentials: OAuth2Credentials): string | null {
  switch (dialect.authentication) {
    case "client_secret_basic":
      return basicAuthorization(configValue(context, "client_id"), configValue(context, "client_secret"));
    case "bearer":
      return `Bearer ${credentials.access_token}`;
    case "none":
      return null;
  }
}

function bodyOf({ json, form }: Dialect, values: Values) {
  if (json !== null) return { type: "application/json", text: JSON.stringify(fillAll(json, values)) };
  if (form === null) return null;
  const text = new URLSearchParams(fillAll(form, values)).toString();
  return { type: "application/x-www-form-urlencoded;charset=UTF-8", text };
}

/**
 * The request that ends a grant at a provider with a way of its own. Null when it asks for a token there is not.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the integration lacks client credentials, or the URL a param
 */
export function dialectRequest(
  dialect: Dialect,
  context: Context,
  credentials: OAuth2Credentials,
): ProtocolRequest | null {
  const { access_token, refresh_token } = credentials;
  const { client_id, client_secret } = context.config;
  const values = { token: access_token, access_token, refresh_token, client_id, client_secret };
  const { url, json, form, method } = dialect;
  if (!canFill([url, ...Object.values({ ...dialect.headers, ...json, ...form })], values)) return null;
  const body = bodyOf(dialect, values);
  const headers = new Headers({ accept: "application/json", "user-agent": USER_AGENT });
  setHeaders(headers, fillAll(dialect.headers, values), "revocationRequest.headers");
  const credential = authorization(dialect, context, credentials);
  if (credential !== null) headers.set("authorization", credential);
  if (body !== null) headers.set("content-type", body.type);
  return {
    method,
    url: urlOf(url, values, context.params),
    headers: Object.fromEntries(headers),
    body: body?.text,
  };
}
