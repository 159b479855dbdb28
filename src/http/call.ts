import { RequestError } from "../errors.js";
import type { Runtime } from "../ports/runtime.js";
import type { Deadline } from "./deadline.js";
import { createDeadline } from "./deadline.js";
import type { Exchange } from "./exchange.js";
import { httpError } from "./http-error.js";
import type { RequestPlan } from "./request-options.js";
import type { Trail } from "./trail.js";
import { createTrail, whereOf } from "./trail.js";

/** What lasts for the whole of a call, whatever is tried again. */
export interface Call {
  readonly plan: RequestPlan;
  readonly trail: Trail;
  readonly deadline: Deadline;
}

function timedOut(trail: Trail, milliseconds: number | false): RequestError {
  const where = whereOf(trail);
  return new RequestError(
    "REQUEST_TIMEOUT",
    `${where.method} ${where.url} took longer than ${milliseconds} milliseconds.`,
    { ...where, retryable: true, hint: "Raise `timeout`, or try again." },
  );
}

/** Begins a call. */
export function beginCall(plan: RequestPlan): Call {
  const trail = createTrail(plan.method, plan.input);
  const deadline = createDeadline(plan.timeout, () => timedOut(trail, plan.timeout));
  return { plan, trail, deadline };
}

function anySignal(first: AbortSignal | undefined, second: AbortSignal | undefined): AbortSignal | null {
  if (first === undefined || second === undefined) return first ?? second ?? null;
  return AbortSignal.any([first, second]);
}

/**
 * One try of a call, within the time limit: an answer, or the error it is.
 *
 * @throws RequestError
 */
export function attemptCall(
  call: Call,
  options: { readonly exchange: Exchange; readonly runtime: Runtime; readonly accept: string | undefined },
): Promise<Response> {
  const { trail, deadline } = call;
  const { input, method, headers, body, throwHttpErrors, signal: callerSignal } = call.plan;
  const { exchange, runtime, accept } = options;
  const signal = anySignal(deadline.start(), callerSignal);

  const attempt = async () => {
    const response = await exchange({ input, init: { method, headers, body, signal }, trail, accept });
    if (response.ok || !throwHttpErrors) return response;
    const error = await httpError(response, trail, runtime.clock.now());
    callerSignal?.throwIfAborted();
    throw error;
  };
  return deadline.race(attempt());
}
