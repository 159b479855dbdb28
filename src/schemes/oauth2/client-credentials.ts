import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { CallManner } from "../internal/token-errors.js";
import { clientSecrets } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { refusedClientAlone } from "./refused-params.js";
import { splitScopes } from "./scopes.js";
import { serverFor } from "./server-for.js";
import { requestTokens, scopeParameter, tokenParams, withResources } from "./token-request.js";

/** The client is not known, or its secret is wrong (RFC 6749 §5.2). */
const WRONG_CLIENT = new Set(["invalid_client", "unauthorized_client"]);

const mannerOf = ({ clientOwner }: OAuth2Settings): CallManner => ({
  wish: "issue the client a token",
  refusedHint: "Check `client_id`, `client_secret` and scopes, and the app's `clientAuthentication`.",
  malformedHint: "Check the app's `tokenUrl`, or describe the answer in its `tokenResponse`.",
  // Only the user can say what their own client's secret is now; the developer's is put right in the integration.
  isGone: (_status, error) => clientOwner === "connection" && WRONG_CLIENT.has(error ?? ""),
});

/**
 * Gets a token for the client itself (RFC 6749 §4.4), with the scopes asked for when the connection was made.
 *
 * @throws TokenError `CREDENTIALS_REFUSED` when the user's own client is refused; `TOKEN_EXCHANGE_FAILED`, on renewal `TOKEN_REFRESH_FAILED`; `TOKEN_RESPONSE_INVALID`;
 * `REAUTHORIZATION_REQUIRED` when the user's own client is refused on renewal
 */
export async function clientCredentials(
  context: SchemeContext<OAuth2Settings>,
  memory: Memory,
  options: {
    readonly operation: "exchange" | "refresh";
    readonly scopes: readonly string[];
    readonly client: OAuth2Credentials["client"];
    readonly dpop_key: OAuth2Credentials["dpop_key"];
  },
): Promise<Grant<OAuth2Credentials>> {
  const { settings, app } = context;
  const { operation, scopes } = options;
  const call = {
    operation,
    appName: app.name,
    secrets: clientSecrets(context),
    manner: mannerOf(settings),
    refusedOf: refusedClientAlone(context),
  };
  const server = await serverFor(context, memory, call);
  const parameters = withResources(context, {
    ...tokenParams(context),
    ...scopeParameter(scopes, settings.scopeSeparator),
  });
  return requestTokens(context, memory, {
    call,
    server,
    keepIdToken: false,
    asked: scopes,
    kept: {
      client: options.client,
      dpop_key: options.dpop_key,
      ...(scopes.length === 0 ? {} : { asked_scope: scopes.join(" ") }),
    },
    send: (client, configuration) => client.clientCredentialsGrant(configuration, parameters),
  });
}

/** Scopes to ask for again. */
export const askedScopes = ({ asked_scope }: OAuth2Credentials): readonly string[] =>
  splitScopes(asked_scope ?? "", " ");
