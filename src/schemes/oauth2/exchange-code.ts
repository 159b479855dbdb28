import { AuthorizationError } from "../../errors.js";
import type { Grant, SchemeCallback, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { callbackParams, untoldParams, withCallback } from "./authorization-dialect.js";
import { parseFlow } from "./authorization-request.js";
import { readAuthorizationResponse } from "./authorization-response.js";
import { clientSecrets } from "./client.js";
import { asClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { refusedClient } from "./refused-params.js";
import { serverFor } from "./server-for.js";
import { requestTokens, withResources } from "./token-request.js";

/**
 * Exchanges the code of a callback for tokens (RFC 6749 §4.1.3).
 *
 * @throws AuthorizationError when the callback is a refusal, or not meant for this flow
 * @throws TokenError `CREDENTIALS_REFUSED` when the user's own client is refused; `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function exchangeCode(
  given: SchemeContext<OAuth2Settings>,
  callback: SchemeCallback,
  memory: Memory,
): Promise<Grant<OAuth2Credentials>> {
  const appName = given.app.name;
  const { code_verifier, nonce, scopes, client, dpop_key } = parseFlow(callback.flow);
  const told = callbackParams(callback.url, given.settings);
  const context = withCallback(asClient(given, client), told, {
    state: callback.state,
    nonce: nonce ?? "",
  });
  const secrets = [...clientSecrets(context), ...(code_verifier === null ? [] : [code_verifier])];
  const untold = untoldParams(context);
  const stage = untold.length === 0 ? "tokens" : "start";
  const server = await serverFor(context, memory, { operation: "exchange", appName, secrets }, { stage });
  const { url, code } = readAuthorizationResponse({
    callback,
    server,
    appName,
    names: context.settings.parameterNames,
  });
  if (untold.length > 0) {
    throw new AuthorizationError(
      "AUTHORIZATION_FAILED",
      `The callback of ${appName} does not say ${untold.map((name) => `\`${name}\``).join(", ")}, which says where its tokens are.`,
      { hint: "Check the app's `callbackMetadata`, and the pattern it must match; then start again." },
    );
  }
  const isIdentified = server.issuer !== null;
  const checks = {
    expectedState: callback.state,
    ...(code_verifier === null ? {} : { pkceCodeVerifier: code_verifier }),
    ...(nonce === null || !isIdentified ? {} : { expectedNonce: nonce }),
  };
  const parameters = withResources(context, context.settings.tokenParams);
  const grant = await requestTokens(context, memory, {
    call: { operation: "exchange", appName, secrets: [...secrets, code], refusedOf: refusedClient(context) },
    server,
    keepIdToken: isIdentified,
    redirectUri: callback.callbackUrl,
    asked: scopes,
    kept: { client, dpop_key },
    send: (openid, configuration) => openid.authorizationCodeGrant(configuration, url, checks, parameters),
  });
  return { ...grant, params: { ...told, ...grant.params } };
}
