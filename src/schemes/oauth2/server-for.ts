import { MooringError, RequestError, TokenError } from "../../errors.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { failureCode } from "../internal/token-errors.js";
import type { AuthorizationServer, WantedEndpoint } from "./authorization-server.js";
import { authorizationServer } from "./authorization-server.js";
import type { Discovery } from "./discovery.js";

function asTokenError(error: RequestError, call: TokenCall): TokenError {
  const { message, status, retryable, retryAfterMs } = error;
  return new TokenError(failureCode(call.operation), message, {
    status,
    retryable,
    retryAfterMs,
    cause: error,
  });
}

function cancelled(call: TokenCall): TokenError {
  return new TokenError(failureCode(call.operation), `The call to ${call.appName} was cancelled.`, {
    retryable: true,
  });
}

/**
 * The server of a call at one of its endpoints.
 *
 * @param wanted what the call asks for beside what its grant needs
 * @throws TokenError of the call's operation when discovery fails
 * @throws ConfigurationError `CONFIG_INVALID` when a URL cannot be filled in, or the server has no such endpoint
 */
export async function serverFor(
  context: SchemeContext<OAuth2Settings>,
  discovery: Discovery,
  call: TokenCall,
  wanted: readonly WantedEndpoint[] = [],
): Promise<AuthorizationServer> {
  try {
    return await authorizationServer(context, discovery, wanted);
  } catch (error) {
    if (error instanceof RequestError) throw asTokenError(error, call);
    if (context.signal?.aborted === true && !MooringError.is(error)) throw cancelled(call);
    throw error;
  }
}
