import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OwnTokenRequest } from "../../ports/scheme-settings/oauth2/further-requests.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import { guardedCall } from "../internal/sent-secrets.js";
import type { TokenCall } from "../internal/token-errors.js";
import { send, USER_AGENT } from "../internal/transport.js";
import type { OAuth2Credentials } from "./credentials.js";
import { fillValues, setHeaders } from "./fill-values.js";
import { encodedForm, withQuery } from "./token-dialect.js";
import type { StandardTokens } from "./token-response.js";
import { tokensIn } from "./tokens-in.js";

type Context = SchemeContext<OAuth2Settings>;

/** What a request of the app definition's own got. */
export interface OwnTokens {
  readonly tokens: StandardTokens;
  /** Values kept with the connection. */
  readonly metadata: ParamValues;
}

function requestOf(
  context: Context,
  request: OwnTokenRequest,
  { credentials, field }: { readonly credentials: OAuth2Credentials; readonly field: string },
) {
  const { app, config, params } = context;
  const { client_id = "", client_secret = "" } = config;
  const { access_token, refresh_token } = credentials;
  const values = {
    ...params,
    client_id,
    client_secret,
    access_token,
    ...(refresh_token === undefined ? {} : { refresh_token }),
  };
  const fill = (templates: ParamValues, name: string) =>
    fillValues(app.name, templates, { field: `${field}.${name}`, values });
  const form = new URLSearchParams(fill(request.params, "params"));
  const url = endpointUrl(`${field}.url`, request.url, params);
  const isInUrl = request.method === "GET" || request.format === "query";
  const body = isInUrl ? null : encodedForm(form, request.format === "json");
  const headers = new Headers({ accept: "application/json", "user-agent": USER_AGENT });
  setHeaders(headers, fill(request.headers, "headers"), `${field}.headers`);
  if (body !== null) headers.set("content-type", body.type);
  return {
    url: isInUrl ? withQuery(url, form) : url,
    method: request.method,
    headers: Object.fromEntries(headers),
    body: body?.text,
  };
}

/**
 * Makes a token request in the app definition's own words.
 *
 * @throws TokenError of the call's operation, `REAUTHORIZATION_REQUIRED` or `TOKEN_RESPONSE_INVALID`
 * @throws ConfigurationError `CONFIG_INVALID` when there is no value for a placeholder
 */
export async function ownTokenRequest(
  context: Context,
  request: OwnTokenRequest,
  options: {
    readonly credentials: OAuth2Credentials;
    /** Where the request is in the settings, for errors. */
    readonly field: string;
    readonly call: TokenCall & { readonly operation: "exchange" | "refresh" };
  },
): Promise<OwnTokens> {
  const { runtime, signal, timeoutMs, settings } = context;
  const sent = requestOf(context, request, options);
  const answer = await send(sent, { fetch: runtime.fetch, signal, timeoutMs });
  return tokensIn(answer, {
    settings: { ...settings, tokenResponse: request.response, furtherTokens: {} },
    // Its own paths hold for each of its answers.
    operation: "exchange",
    keepIdToken: false,
    call: guardedCall(options.call, sent),
    now: runtime.clock.now(),
  });
}
