import { TokenError } from "../../errors.js";
import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { asClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { withFurtherTokens } from "./further-tokens.js";
import { refreshWith } from "./refresh-tokens.js";
import { exchanged } from "./token-exchanges.js";

/**
 * A grant with all that the app definition says follows the token response: further tokens, and exchanges.
 *
 * @param before what the connection had; null for a first grant
 * @throws TokenError of an exchange, or of a renewal
 */
export async function completedGrant(
  given: SchemeContext<OAuth2Settings>,
  grant: Grant<OAuth2Credentials>,
  { before, memory }: { readonly before: OAuth2Credentials | null; readonly memory: Memory },
): Promise<Grant<OAuth2Credentials>> {
  const { credentials } = grant;
  const context = asClient(given, credentials.client);
  try {
    const whole = await withFurtherTokens(context, grant, {
      before,
      renew: (refresh_token, parameters) =>
        refreshWith(context, memory, {
          refresh_token,
          parameters,
          credentials: { ...credentials, refresh_token },
        }),
    });
    return await exchanged(context, whole, before);
  } catch (error) {
    const isSpent = before === null && given.settings.grantType !== "client_credentials";
    throw isSpent ? asFinal(error) : error;
  }
}

/** A code that was exchanged is spent: asking again would not help, whatever the reason. */
function asFinal(error: unknown): unknown {
  if (!(error instanceof TokenError) || !error.retryable) return error;
  const { code, status, providerError, message } = error;
  return new TokenError(code, `The user has agreed, but what must follow failed: ${message}`, {
    status,
    providerError,
    cause: error,
    hint: "Start the connection again.",
  });
}
