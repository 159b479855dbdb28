import { MooringError, RequestError, TokenError } from "../../errors.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { failureCode } from "../internal/token-errors.js";
import type { AuthorizationServer, ServerOptions } from "./authorization-server.js";
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
 * @param options what the call asks for beside what its grant needs, and an earlier stage than its operation says
 * @throws TokenError of the call's operation when discovery fails
 * @throws ConfigurationError `CONFIG_INVALID` when a URL cannot be filled in, or the server has no such endpoint
 */
export async function serverFor(
  context: SchemeContext<OAuth2Settings>,
  discovery: Discovery,
  call: TokenCall,
  options: Partial<ServerOptions> = {},
): Promise<AuthorizationServer> {
  const stage = call.operation === "revoke" ? "end" : "tokens";
  try {
    return await authorizationServer(context, discovery, { stage, ...options });
  } catch (error) {
    if (error instanceof RequestError) throw asTokenError(error, call);
    if (context.signal?.aborted === true && !MooringError.is(error)) throw cancelled(call);
    throw error;
  }
}
