import * as z from "zod";
import { AuthorizationError } from "../../errors.js";
import type { JsonObject } from "../../internal/json.js";
import type { StartContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { extraParams, inDialect } from "./authorization-dialect.js";
import type { AuthorizationServer } from "./authorization-server.js";
import type { OpenIdClient } from "./client.js";
import { configureClient } from "./client.js";
import { ownClient } from "./client-params.js";
import { dpopThumbprint, generateDpopKey } from "./dpop.js";
import { pushAuthorization } from "./push-authorization.js";
import { scopeParameter, withResources } from "./token-request.js";

const flowSchema = z.object({
  code_verifier: z.string().nullable(),
  nonce: z.string().nullable(),
  /** What was asked for: what is granted when the token response does not say (RFC 6749 §5.1). */
  scopes: z.array(z.string()),
  /** The user's own client; absent where it is the developer's. */
  client: z.record(z.string(), z.string()).optional(),
  /** Key the tokens are to be bound to; absent for bearer tokens. */
  dpop_key: z.record(z.string(), z.string()).optional(),
});
/** What is put aside between the two halves of a flow. */
export type AuthorizationFlow = z.output<typeof flowSchema>;

/** @throws AuthorizationError `AUTHORIZATION_FAILED` when it is not what {@link authorizationRequest} put aside */
export function parseFlow(flow: JsonObject): AuthorizationFlow {
  const parsed = flowSchema.safeParse(flow);
  if (parsed.success) return parsed.data;
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    "What was stored for this flow is not what OAUTH2 stores.",
    {
      hint: "Start the connection again.",
    },
  );
}

/**
 * The URL the user's browser goes to (RFC 6749 §4.1.1, RFC 7636 §4.3).
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the integration lacks client credentials
 * @throws TokenError `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID` when it is pushed, and that fails
 */
export async function authorizationRequest(
  context: StartContext<OAuth2Settings>,
  server: AuthorizationServer,
): Promise<{ readonly redirectUrl: string; readonly flow: JsonObject }> {
  const { settings, scopes, state, callbackUrl } = context;
  const { client, configuration } = await configureClient(context, server);
  const code_verifier = settings.pkce !== false ? client.randomPKCECodeVerifier() : null;
  const nonce = settings.nonce === "always" || scopes.includes("openid") ? client.randomNonce() : null;
  const dpop_key = settings.dpop === null ? undefined : await generateDpopKey(settings.dpop);
  const extra = extraParams(context);
  const parameters = withResources(context, {
    ...extra,
    response_type: extra["response_type"] ?? "code",
    redirect_uri: callbackUrl,
    state,
    ...scopeParameter(scopes, settings.scopeSeparator),
    ...(nonce === null ? {} : { nonce }),
    ...(code_verifier === null ? {} : await challengeOf(code_verifier, settings, client)),
    ...(dpop_key === undefined ? {} : { dpop_jkt: await dpopThumbprint(dpop_key) }),
  });
  const url = settings.pushedAuthorization
    ? await pushAuthorization(context, server, parameters)
    : client.buildAuthorizationUrl(configuration, parameters);
  const own = ownClient(settings, context.values);
  return {
    redirectUrl: inDialect(url, settings),
    flow: {
      code_verifier,
      nonce,
      scopes: [...scopes],
      ...(own === undefined ? {} : { client: own }),
      ...(dpop_key === undefined ? {} : { dpop_key }),
    },
  };
}

/** RFC 7636 §4.3. */
async function challengeOf(verifier: string, { pkce }: OAuth2Settings, client: OpenIdClient) {
  return pkce === "plain"
    ? { code_challenge: verifier, code_challenge_method: "plain" }
    : { code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256" };
}
