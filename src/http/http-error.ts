import type { RequestErrorCode } from "../errors.js";
import { RequestError } from "../errors.js";
import { redactText } from "../internal/redact.js";
import { scopesWanted } from "./insufficient-scope.js";
import { isRateLimited, waitMs } from "./rate-limit.js";
import { readText } from "./read-limited.js";
import type { Trail } from "./trail.js";
import { secretsOf, whereOf } from "./trail.js";

/** How much of an error's body is kept, in characters. */
const MAX_BODY_LENGTH = 8_192;
/** More is read than kept, so that a secret across the cut is seen whole. */
const MAX_BODY_BYTES = 65_536;

async function bodyStart(response: Response, trail: Trail): Promise<string | null> {
  try {
    const { text } = await readText(response, MAX_BODY_BYTES);
    return text === "" ? null : redactText(text, secretsOf(trail)).slice(0, MAX_BODY_LENGTH);
  } catch {
    // The status says enough.
    return null;
  }
}

function codeFor(limited: boolean, wanted: readonly string[] | null): RequestErrorCode {
  if (limited) return "RATE_LIMITED";
  return wanted === null ? "REQUEST_FAILED" : "INSUFFICIENT_SCOPE";
}

function hintFor(status: number, wanted: readonly string[] | null): string | undefined {
  if (wanted !== null) return "Ask the user for them: `connection.reconnect({ scopes })`.";
  if (status === 401) return "The provider refuses the credentials: reconnect.";
  if (status === 403) return "The account may lack the permission, or the connection the scope.";
  if (status === 429) return "Wait `retryAfterMs` before the next call.";
  return undefined;
}

/**
 * What an answer outside 200–299 is reported as.
 *
 * @param now milliseconds since the epoch, for a `Retry-After` that is a date
 */
export async function httpError(response: Response, trail: Trail, now: number): Promise<RequestError> {
  const { status } = response;
  const where = whereOf(trail);
  const limit = trail.used.at(-1)?.rateLimit ?? null;
  const limited = isRateLimited(response, limit);
  const secrets = secretsOf(trail);
  // What a provider calls a scope may be the token it was sent.
  const wanted = limited
    ? null
    : (scopesWanted(response)?.filter((scope) => redactText(scope, secrets) === scope) ?? null);
  return new RequestError(
    codeFor(limited, wanted),
    `${where.method} ${where.url} was answered with ${status}.`,
    {
      ...where,
      status,
      retryable: status === 408 || limited || status >= 500,
      retryAfterMs: waitMs(response, limit, now),
      body: await bodyStart(response, trail),
      scopes: wanted ?? [],
      hint: hintFor(limited ? 429 : status, wanted),
    },
  );
}
