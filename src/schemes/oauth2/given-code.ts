import type { Grant, StartContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { clientSecrets } from "./client.js";
import { asClient, ownClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { refusedCode } from "./refused-params.js";
import { serverFor } from "./server-for.js";
import { requestTokens, tokenParams, withResources } from "./token-request.js";

/**
 * Exchanges a code that came another way than by a callback (RFC 6749 §4.1.3): in a webhook, or with the browser of a
 * user who began at the provider.
 *
 * @throws TokenError `CREDENTIALS_REFUSED` when the code, or the user's own client, is refused; `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function exchangeGivenCode(
  given: StartContext<OAuth2Settings>,
  memory: Memory,
): Promise<Grant<OAuth2Credentials>> {
  const client = ownClient(given.settings, given.values);
  const context = asClient(given, client);
  const code = given.values["code"] ?? "";
  const appName = given.app.name;
  const secrets = [...clientSecrets(context), code];
  const call = { operation: "exchange", appName, secrets, refusedOf: refusedCode(context) } as const;
  const server = await serverFor(context, memory, call);
  return requestTokens(context, memory, {
    call,
    server,
    // An ID token without the nonce of a request of ours could be anyone's (OpenID Connect Core 1.0 §3.1.3.7).
    keepIdToken: false,
    kept: { client },
    send: (openid, configuration) =>
      openid.genericGrantRequest(
        configuration,
        "authorization_code",
        withResources(context, { ...tokenParams(context), code }),
      ),
  });
}
