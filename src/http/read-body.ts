import { MooringError, RequestError } from "../errors.js";
import { safeCause } from "../internal/redact.js";
import type { Call } from "./call.js";
import { secretsOf, whereOf } from "./trail.js";

function brokenOff(error: unknown, { plan: { signal }, trail }: Call, status: number): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (MooringError.is(error)) return error;
  const where = whereOf(trail);
  return new RequestError("REQUEST_FAILED", `The answer to ${where.method} ${where.url} broke off.`, {
    ...where,
    status,
    retryable: true,
    cause: safeCause(error, secretsOf(trail)),
  });
}

function readAlready({ trail }: Call, status: number): RequestError {
  const where = whereOf(trail);
  return new RequestError(
    "REQUEST_FAILED",
    `The body of the answer to ${where.method} ${where.url} has been read already.`,
    { ...where, status, hint: "A body can be read once: keep what the first call returned." },
  );
}

/**
 * Reads an answer's body within the call's time limit, which ends with it.
 *
 * @throws RequestError
 */
export async function readBody<Value>(
  call: Call,
  response: Response,
  read: (response: Response) => Promise<Value>,
): Promise<Value> {
  try {
    if (response.bodyUsed) throw readAlready(call, response.status);
    return await call.deadline.race(read(response));
  } catch (error) {
    throw brokenOff(error, call, response.status);
  } finally {
    call.deadline.stop();
  }
}

/**
 * Reads an answer's body as JSON. As in ky, an empty body is an empty string: an answer without content is no error.
 *
 * @throws RequestError `RESPONSE_INVALID` when it is not JSON
 */
export async function readJson(call: Call, response: Response) {
  const text = await readBody(call, response, (answer) => answer.text());
  if (text === "") return "";
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the body.
  }
  const where = whereOf(call.trail);
  throw new RequestError("RESPONSE_INVALID", `The answer to ${where.method} ${where.url} is not JSON.`, {
    ...where,
    status: response.status,
    hint: "Read it with `.text()`, or check that the path is one of the API's.",
  });
}
