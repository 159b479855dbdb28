import type { Configuration } from "openid-client";
import type { Grant, ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { TokenCall } from "../internal/token-errors.js";
import type { AuthorizationServer } from "./authorization-server.js";
import type { OpenIdClient } from "./client.js";
import { configureClient } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { fillValues } from "./fill-values.js";
import type { Tokens } from "./grant.js";
import { accountOf, credentialsOf, grantError } from "./grant.js";
import { checkIdToken } from "./id-token.js";
import { splitScopes } from "./scopes.js";
import { tokenEndpoint } from "./token-endpoint.js";

type Context = SchemeContext<OAuth2Settings>;

/** One request to a token endpoint. */
export interface TokenRequest {
  readonly call: TokenCall & { readonly operation: "exchange" | "refresh" };
  readonly server: AuthorizationServer;
  /** Whether an ID token in the answer is validated and kept. */
  readonly keepIdToken: boolean;
  /** Sent as it is with a code. */
  readonly redirectUri?: string;
  /** What was asked for: granted, when the answer does not say (RFC 6749 §5.1). Left out for a refresh. */
  readonly asked?: readonly string[];
  /** What the answer leaves out is taken from. */
  readonly before?: OAuth2Credentials;
  /** What the connection keeps beside its tokens. */
  readonly kept: Pick<OAuth2Credentials, "client" | "asked_scope" | "dpop_key">;
  /** Makes the request. */
  send(client: OpenIdClient, configuration: Configuration): Promise<Tokens>;
}

/**
 * Asks a token endpoint for tokens, whichever grant they are of.
 *
 * @throws TokenError of the call's operation, `REAUTHORIZATION_REQUIRED` or `TOKEN_RESPONSE_INVALID`
 * @throws ConfigurationError `CONFIG_INVALID` when the client lacks credentials
 */
export async function requestTokens(
  context: Context,
  { nonces, keySets }: Pick<Memory, "nonces" | "keySets">,
  request: TokenRequest,
): Promise<Grant<OAuth2Credentials>> {
  const { call, server, keepIdToken, redirectUri, asked, before, kept } = request;
  const endpoint = tokenEndpoint(context, {
    call,
    keepIdToken,
    redirectUri,
    dpop: kept.dpop_key === undefined ? null : { key: kept.dpop_key, nonces },
  });
  const { client, configuration } = await configureClient(context, server, endpoint.fetch);
  const sentAt = context.runtime.clock.now();
  try {
    const send = () => request.send(client, configuration);
    const tokens = await send().catch((error: unknown) => {
      if (endpoint.isChallenged()) return send();
      throw error;
    });
    if (tokens.id_token !== undefined)
      await checkIdToken(context, tokens.id_token, { server, keySets, call });
    const { metadata, further } = endpoint.beside();
    const isAlone = Object.keys(further).length === 0;
    return {
      credentials: {
        ...credentialsOf(tokens, sentAt, before),
        ...present(kept),
        ...(isAlone ? {} : { further: { ...further } }),
      },
      scopes: tokens.scope === undefined ? asked : splitScopes(tokens.scope, " "),
      params: metadata,
      account: accountOf(tokens),
    };
  } catch (error) {
    throw grantError(error, call);
  }
}

/** Without members that hold nothing: they would not come back from storage. */
function present(kept: TokenRequest["kept"]): Partial<OAuth2Credentials> {
  const { client, asked_scope, dpop_key } = kept;
  return {
    ...(client === undefined ? {} : { client }),
    ...(asked_scope === undefined ? {} : { asked_scope }),
    ...(dpop_key === undefined ? {} : { dpop_key, token_type: "dpop" }),
  };
}

/**
 * The app's own parameters of a token request, filled in.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when there is no value for a placeholder
 */
export const tokenParams = ({ app, settings, config, params }: Context): ParamValues =>
  fillValues(app.name, settings.tokenParams, {
    field: "tokenParams",
    values: { ...params, client_id: config["client_id"] ?? "" },
  });

/** Scopes as one parameter: none when none are asked for. */
export function scopeParameter(
  scopes: readonly string[],
  separator: OAuth2Settings["scopeSeparator"],
): { readonly scope?: string } {
  // A form encodes a space as "+", so the separator "+" is a space here: a "+" would become "%2B".
  return scopes.length === 0 ? {} : { scope: scopes.join(separator === "+" ? " " : separator) };
}

/** Parameters as a form: the app's, and the APIs the token is for (RFC 8707 §2). */
export function withResources(context: Context, parameters: ParamValues): URLSearchParams {
  const { settings, params } = context;
  const form = new URLSearchParams(parameters);
  for (const resource of settings.resources)
    form.append("resource", endpointUrl("resources", resource, params));
  return form;
}
