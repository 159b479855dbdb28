import { isHarmless } from "../../internal/fill-endpoint.js";
import { readSource } from "../../internal/read-source.js";
import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { placeholdersOf } from "../../ports/url-template.js";
import { fillValues } from "./fill-values.js";

type Context = SchemeContext<OAuth2Settings>;

/**
 * Parameters of the app's own for the authorization request: those it always wants, and scopes beside `scope`.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when there is no value for a placeholder
 */
export function extraParams(context: Context): ParamValues {
  const { settings, params, config } = context;
  const filled = fillValues(context.app.name, settings.authorizationParams, {
    field: "authorizationParams",
    values: { ...params, client_id: config["client_id"] ?? "" },
  });
  const { userScopes, scopeSeparator } = settings;
  return {
    ...Object.fromEntries(Object.entries(filled).filter(([, value]) => value !== "")),
    // A query encodes a space as "+", so the separator "+" is a space here: a "+" would become "%2B".
    ...(userScopes === null
      ? {}
      : { [userScopes.parameter]: userScopes.scopes.join(scopeSeparator === "+" ? " " : scopeSeparator) }),
  };
}

/** A standard authorization request in the words and the form the provider understands. */
export function inDialect(standard: URL, settings: OAuth2Settings): string {
  const { code: _code, ...names } = settings.parameterNames;
  const called = new Map<string, string | null>(Object.entries(names));
  const url = new URL(standard);
  url.search = "";
  for (const [name, value] of standard.searchParams) {
    const own = called.has(name) ? (called.get(name) ?? null) : name;
    if (own !== null) url.searchParams.append(own, value);
  }
  const { authorizationFragment } = settings;
  if (authorizationFragment === null) return url.href;
  const query = url.search;
  url.search = "";
  return `${url.href}#${authorizationFragment}${query}`;
}

/**
 * What the callback says beside the code, as the app definition wants it kept. Anyone can write a callback: what does not
 * fit into the token endpoint's URL counts as not said.
 */
export function callbackParams(callback: URL, { callbackMetadata, tokenUrl }: OAuth2Settings): ParamValues {
  const inUrl = placeholdersOf(tokenUrl ?? "");
  const found = Object.fromEntries(callback.searchParams);
  return Object.fromEntries(
    Object.entries(callbackMetadata).flatMap(([name, source]) => {
      const { parameter, pattern } =
        typeof source === "string" ? { parameter: source, pattern: null } : source;
      const body = { value: found[parameter] };
      const value = readSource(body, pattern === null ? "value" : { path: "value", pattern });
      return value === null || (inUrl.includes(name) && !isHarmless(value)) ? [] : [[name, value]];
    }),
  );
}

/** Callback parameters the token endpoint cannot be found without, and which did not come. */
export function untoldParams({ settings, params }: Context): readonly string[] {
  const { tokenUrl, callbackMetadata } = settings;
  return placeholdersOf(tokenUrl ?? "").filter(
    (name) => Object.hasOwn(callbackMetadata, name) && !Object.hasOwn(params, name),
  );
}

/**
 * A context in which what the callback said is known: the token endpoint may be at a host it names, and the token request
 * may have to repeat `{state}` or `{nonce}`.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when there is no value for a placeholder
 */
export function withCallback(
  context: Context,
  told: ParamValues,
  flow: { readonly state: string; readonly nonce: string },
): Context {
  const params = { ...context.params, ...told };
  const { settings, config, app } = context;
  const tokenParams = fillValues(app.name, settings.tokenParams, {
    field: "tokenParams",
    values: { ...params, client_id: config["client_id"] ?? "", ...flow },
  });
  return { ...context, params, settings: { ...settings, tokenParams } };
}
