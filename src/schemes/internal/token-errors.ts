import type { TokenErrorCode } from "../../errors.js";
import { TokenError } from "../../errors.js";
import { safeCause } from "../../internal/redact.js";
import { refusedParams } from "../../internal/refused-params.js";
import { providerCode, providerReason } from "./provider-text.js";
import type { ProtocolFailure } from "./transport.js";

/** What was asked of the authorization server. */
export type TokenOperation = "exchange" | "refresh" | "revoke";

/** Who was asked what, for errors. */
export interface TokenCall {
  readonly operation: TokenOperation;
  /** The app's name, as people know it. */
  readonly appName: string;
  /** Values no error may show. */
  readonly secrets: readonly string[];
  /** Left out for an OAuth 2.0 grant. */
  readonly manner?: CallManner | undefined;
  /** Left out where nothing the user gave goes out. */
  readonly refusedOf?: RefusedOf | undefined;
}

/**
 * Names of the connection params a refused first request is about, which only the user can put right: none where it is
 * about the developer's values, or the request.
 */
export type RefusedOf = (
  status: number,
  refusal: Pick<Refusal, "error" | "description">,
) => readonly string[];

/** How errors of another protocol than OAuth 2.0's code grant read, and what its refusals mean. */
export interface CallManner {
  /** What was asked for, after "refused to". */
  readonly wish: string;
  /** What to check when it was refused. */
  readonly refusedHint: string;
  /** What to check when the answer is not of the form the settings say. */
  readonly malformedHint: string;
  /** Whether a refusal means that what the user gave works no more. */
  isGone(status: number, error: string | null): boolean;
}

/** How a server said no. */
export interface Refusal {
  /** The provider's error code; null when it gave none. */
  readonly error: string | null;
  readonly description: string | null;
  /** Whether the answer had no body at all. */
  readonly empty: boolean;
}

/** The grant is gone: RFC 6749 §5.2, then what GitHub and Slack call it. */
export const DEAD_GRANT: ReadonlySet<string> = new Set([
  "invalid_grant",
  "bad_refresh_token",
  "invalid_refresh_token",
  "token_expired",
  "token_revoked",
]);
/** The client is not known or not allowed: RFC 6749 §5.2, then GitHub and Slack. The grant may be alive. */
export const WRONG_CLIENT: ReadonlySet<string> = new Set([
  "invalid_client",
  "unauthorized_client",
  "incorrect_client_credentials",
  "bad_client_secret",
  "invalid_client_id",
]);
/** Asking again may help: RFC 6749 §4.1.2.1, RFC 8628 §3.5, Slack. */
const TEMPORARY = new Set([
  "temporarily_unavailable",
  "server_error",
  "slow_down",
  "ratelimited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
]);

const CODES = {
  exchange: "TOKEN_EXCHANGE_FAILED",
  refresh: "TOKEN_REFRESH_FAILED",
  revoke: "TOKEN_REVOKE_FAILED",
} as const satisfies Record<TokenOperation, TokenErrorCode>;
const WISHES = {
  exchange: "exchange the code",
  refresh: "renew the access token",
  revoke: "revoke the token",
} as const satisfies Record<TokenOperation, string>;
const CLIENT_HINT =
  "Check the integration's `client_id` and `client_secret` and the app's `clientAuthentication`; the user need not connect again.";
const LATER_HINT = "Try again later.";
const CODE_HINT = "`providerError` is the provider's own code: look it up in its documentation.";
const RECONNECT_HINT = "Ask the user to connect again with `connection.reconnect()`.";

const MALFORMED_HINTS: ReadonlyMap<string, string> = new Map([
  ["body", "Check the app's `tokenUrl`."],
  ["id_token", "Check the app's `issuer`, the integration's `client_id` and this machine's clock."],
]);

/** Code of the error when an operation fails for no more specific reason. */
export const failureCode = (operation: TokenOperation): TokenErrorCode => CODES[operation];

/** No usable answer arrived. */
export function transportError(answer: ProtocolFailure, call: TokenCall): TokenError {
  const server = `${call.appName}'s authorization server`;
  const invalid = call.operation === "revoke" ? "TOKEN_REVOKE_FAILED" : "TOKEN_RESPONSE_INVALID";
  switch (answer.kind) {
    case "redirect":
      return new TokenError(invalid, `${server} answered with a redirect (status ${answer.status}).`, {
        status: answer.status,
        hint: "Redirects are not followed, since secrets were sent; put the final URL into the app definition.",
      });
    case "too-large":
      return new TokenError(invalid, `${server} answered with a body of more than 1 MB.`, {
        status: answer.status,
        retryable: answer.status >= 500,
        hint: "Answers with tokens are small: check the URL in the app definition.",
      });
    case "timeout":
      return new TokenError(
        CODES[call.operation],
        `${server} did not answer within ${answer.timeoutMs} milliseconds.`,
        { retryable: true, hint: LATER_HINT },
      );
    case "cancelled":
      return new TokenError(CODES[call.operation], `The request to ${server} was cancelled.`, {
        retryable: true,
      });
    case "network":
      return new TokenError(CODES[call.operation], `${server} could not be reached.`, {
        retryable: true,
        hint: LATER_HINT,
        cause: safeCause(answer.cause, call.secrets),
      });
  }
}

/** The answer is not one of this protocol. */
export function malformedError(
  problem: { readonly field: string; readonly expected: string },
  call: TokenCall,
  status: number,
): TokenError {
  return new TokenError(
    "TOKEN_RESPONSE_INVALID",
    `\`${problem.field}\` of the answer of ${call.appName}'s token endpoint (status ${status}) is not ${problem.expected}.`,
    {
      status,
      hint:
        call.manner?.malformedHint ??
        MALFORMED_HINTS.get(problem.field) ??
        "Describe the answer in the app's `tokenResponse`.",
    },
  );
}

const isAway = (status: number, error: string): boolean =>
  status >= 500 || status === 408 || status === 429 || TEMPORARY.has(error);

/** The server said no, or that it cannot say. */
export function refusalError(
  refusal: Refusal,
  call: TokenCall,
  answer: { readonly status: number; readonly retryAfterMs: number | null },
): TokenError {
  const { operation, appName, secrets, manner, refusedOf } = call;
  const { status } = answer;
  const error = refusal.error ?? "";
  const reason = providerReason(refusal.error, refusal.description, secrets);
  const facts = {
    status,
    providerError: providerCode(refusal.error, secrets),
    retryAfterMs: answer.retryAfterMs,
  };
  if (isAway(status, error)) {
    return new TokenError(
      CODES[operation],
      `${appName}'s authorization server cannot answer now (status ${status})${reason}.`,
      {
        ...facts,
        retryable: true,
        hint: LATER_HINT,
      },
    );
  }
  const refused = `${appName}'s authorization server refused to ${manner?.wish ?? WISHES[operation]} (status ${status})${reason}.`;
  const names = operation === "exchange" ? (refusedOf?.(status, refusal) ?? []) : [];
  if (names.length > 0) {
    return new TokenError("CREDENTIALS_REFUSED", refused, { ...facts, ...refusedParams(names, appName) });
  }
  if (manner !== undefined) {
    return operation === "refresh" && manner.isGone(status, refusal.error)
      ? new TokenError("REAUTHORIZATION_REQUIRED", refused, { ...facts, hint: RECONNECT_HINT })
      : new TokenError(CODES[operation], refused, { ...facts, hint: manner.refusedHint });
  }
  if (WRONG_CLIENT.has(error))
    return new TokenError(CODES[operation], refused, { ...facts, hint: CLIENT_HINT });
  // Some servers refuse a refresh token without a word (real providers, not RFC 6749).
  const isDead = DEAD_GRANT.has(error) || (refusal.empty && status === 400);
  if (operation === "refresh" && isDead) {
    return new TokenError("REAUTHORIZATION_REQUIRED", refused, { ...facts, hint: RECONNECT_HINT });
  }
  if (status === 401 && refusal.error === null) {
    return new TokenError(CODES[operation], refused, { ...facts, hint: CLIENT_HINT });
  }
  if (operation === "exchange" && isDead) {
    return new TokenError(CODES[operation], refused, {
      ...facts,
      hint: "Start the connection again: a code works once, for a few minutes, with the redirect URI it was made for.",
    });
  }
  const hint =
    facts.providerError === null ? "Check the app's `tokenUrl` and `clientAuthentication`." : CODE_HINT;
  return new TokenError(CODES[operation], refused, { ...facts, hint });
}
