import { MooringError, RequestError } from "../errors.js";
import { safeCause } from "../internal/redact.js";
import type { OpenedCredentials } from "../ports/request.js";
import type { Fetch } from "../ports/runtime.js";
import { applyCredentials } from "./apply-credentials.js";
import type { Chain } from "./chain.js";
import type { Trail } from "./trail.js";
import { secretsOf, whereOf } from "./trail.js";

const MANUAL = { redirect: "manual" } as const;

/** What one request of a chain came to. */
export interface Answer {
  readonly response: Response;
  readonly sent: Request;
  /** The URL that was asked for, where the one that was sent holds credentials; null where it holds none. */
  readonly shownUrl: URL | null;
}

function setMissing(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.set(name, value);
}

/** Whether all of them are there then: false for a value no header can carry, which the platform's own error quotes. */
function addMissing(headers: Headers, values: Readonly<Record<string, string>>): boolean {
  try {
    for (const [name, value] of Object.entries(values)) setMissing(headers, name, value);
    return true;
  } catch {
    return false;
  }
}

function unsendable(trail: Trail): RequestError {
  const where = whereOf(trail);
  return new RequestError(
    "REQUEST_FAILED",
    `The app's headers could not be added to ${where.method} ${where.url}.`,
    {
      ...where,
      hint: "A param of the connection may hold a line break: tighten its `pattern` in the app definition.",
    },
  );
}

async function addCredentials(
  request: Request,
  credentials: OpenedCredentials,
  trail: Trail,
): Promise<Request> {
  const { url } = request;
  const applied = await applyCredentials(request, credentials, whereOf(trail));
  if (applied.url === url || new URL(applied.url).origin === new URL(url).origin) return applied;
  throw new RequestError("URL_FORBIDDEN", "The auth scheme moved the request to another origin.", {
    ...whereOf(trail),
    hint: "`apply` may change the path, the query, headers and the body.",
  });
}

/** What a `fetch` that did not answer is reported as. */
function unanswered(error: unknown, { trail, outgoing: { signal } }: Chain): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (MooringError.is(error)) return error;
  const where = whereOf(trail);
  const cause = safeCause(error, secretsOf(trail));
  const code = "code" in cause ? ` (${String(cause.code)})` : "";
  return new RequestError("REQUEST_FAILED", `${where.method} ${where.url} got no answer${code}.`, {
    ...where,
    retryable: true,
    cause,
  });
}

/**
 * Sends the chain's current request, with the credentials while they go along.
 *
 * @throws RequestError `REQUEST_FAILED`, retryable when there was no answer
 */
export async function sendHop(fetch: Fetch, chain: Chain, accept: string | undefined): Promise<Answer> {
  const { hop, outgoing, trail, credentials } = chain;
  trail.url = hop.url;
  const built = outgoing.build(hop);
  const { url } = built;
  if (!addMissing(built.headers, credentials.headers)) throw unsendable(trail);
  if (accept !== undefined) setMissing(built.headers, "accept", accept);
  const sent = chain.attached ? await addCredentials(built, credentials, trail) : built;
  try {
    const response = await fetch(sent, MANUAL);
    return { response, sent, shownUrl: sent.url === url ? null : hop.url };
  } catch (error) {
    throw unanswered(error, chain);
  }
}
