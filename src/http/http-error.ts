import { RequestError } from "../errors.js";
import { redactText } from "../internal/redact.js";
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

function hintFor(status: number): string | undefined {
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
  return new RequestError(
    limited ? "RATE_LIMITED" : "REQUEST_FAILED",
    `${where.method} ${where.url} was answered with ${status}.`,
    {
      ...where,
      status,
      retryable: status === 408 || limited || status >= 500,
      retryAfterMs: waitMs(response, limit, now),
      body: await bodyStart(response, trail),
      hint: hintFor(limited ? 429 : status),
    },
  );
}
