import { retryAfterMs } from "../../http/retry-after.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError, refusalError, transportError } from "../internal/token-errors.js";
import type { ProtocolAnswer } from "../internal/transport.js";
import type { TokenAnswer } from "./token-response.js";
import { readTokenResponse } from "./token-response.js";

const SILENT = { error: null, description: null, empty: false } as const;

/**
 * The tokens in what came of a request for them.
 *
 * @throws TokenError of the call's operation, `REAUTHORIZATION_REQUIRED` or `TOKEN_RESPONSE_INVALID`
 */
export function tokensIn(
  answer: ProtocolAnswer,
  options: {
    readonly settings: OAuth2Settings;
    /** How the answer is read. */
    readonly operation: "exchange" | "refresh";
    readonly keepIdToken: boolean;
    readonly call: TokenCall;
    /** When the answer came, in milliseconds since the epoch. */
    readonly now: number;
  },
): Extract<TokenAnswer, { readonly kind: "tokens" }> {
  const { call, now } = options;
  if (answer.kind !== "answer") throw transportError(answer, call);
  const { status } = answer.response;
  const read = readTokenResponse({ ...options, status, text: answer.text });
  if (read.kind === "tokens") return read;
  const isAway = status >= 500 || status === 429 || status === 408;
  if (read.kind === "malformed" && !isAway) throw malformedError(read, call, status);
  const refusal = read.kind === "refusal" ? read : SILENT;
  throw refusalError(refusal, call, { status, retryAfterMs: retryAfterMs(answer.response, now) });
}
