import type { CredentialSource, RequestFunction } from "../ports/request.js";
import type { Runtime } from "../ports/runtime.js";
import type { Call } from "./call.js";
import { attemptCall, beginCall } from "./call.js";
import { createExchange } from "./exchange.js";
import type { Observation } from "./observed-call.js";
import { observedCall } from "./observed-call.js";
import { readBody, readJson } from "./read-body.js";
import { readRequestOptions } from "./request-options.js";
import { retry } from "./retry.js";
import { isTransient, retryLimit } from "./retry-policy.js";

/** Settings of {@link createRequest}. */
export interface CreateRequestOptions {
  /** False: nothing is tried again, whatever a call asks for. Default: true. */
  readonly retry?: boolean | undefined;
  /** Cap of one response's body, in bytes: reading further fails with `RESPONSE_TOO_LARGE`. Default: none. */
  readonly maxResponseBytes?: number | undefined;
  /** Who watches. Default: nobody. */
  readonly observation?: Observation | undefined;
}

/**
 * An authenticated request in ky's manner: errors for answers outside 200–299, retries of idempotent requests (408,
 * 429, 500, 502, 503, 504 and broken connections; a `Retry-After` of up to a minute is waited for), a time limit for
 * each attempt, and shortcuts to the body, which that limit then includes.
 *
 * @throws RequestError `RATE_LIMITED`, `REQUEST_FAILED`, `REQUEST_TIMEOUT`, `URL_FORBIDDEN`, `RESPONSE_TOO_LARGE`,
 *   `RESPONSE_INVALID`
 * @throws ValidationError naming a wrong option
 * @throws whatever the source throws, and the signal's reason when it is aborted
 * @example
 * ```ts
 * const request = createRequest(source, runtime);
 * const repos = await request("/user/repos", { searchParams: { per_page: 5 } }).json();
 * ```
 */
export function createRequest(
  source: CredentialSource,
  runtime: Runtime,
  options: CreateRequestOptions = {},
): RequestFunction {
  const exchange = createExchange(source, runtime, options);

  const send = async (call: Call, accept: () => string | undefined): Promise<Response> => {
    const { plan } = call;
    const attempt = () => attemptCall(call, { exchange, runtime, accept: accept() });
    try {
      // In a later turn than the call, so that a shortcut called at once can still say what it accepts.
      await Promise.resolve();
      return await attempt();
    } catch (error) {
      const limit = options.retry === false ? 0 : retryLimit(plan);
      if (limit === 0 || !isTransient(error)) throw error;
      return retry(error, { method: plan.method, signal: plan.signal, limit, attempt });
    }
  };

  return (path, requestOptions) => {
    let accept: string | undefined;
    let readsBody = false;

    const sending = (async () => {
      const call = beginCall(readRequestOptions(path, requestOptions));
      let answered = false;
      try {
        const response = await observedCall(options.observation, call.trail, () => send(call, () => accept));
        answered = true;
        return { call, response };
      } finally {
        if (!answered || !readsBody) call.deadline.stop();
      }
    })();
    const answer = sending.then(({ response }) => response);

    const shortcut = async <Value>(
      mime: string,
      read: (call: Call, response: Response) => Promise<Value>,
    ) => {
      accept ??= mime;
      readsBody = true;
      const response = await answer;
      const { call } = await sending;
      return read(call, response);
    };
    const body =
      <Value>(mime: string, read: (response: Response) => Promise<Value>) =>
      () =>
        shortcut(mime, (call, response) => readBody(call, response, read));

    return Object.assign(answer, {
      json: () => shortcut("application/json", readJson),
      text: body("text/*", (response) => response.text()),
      arrayBuffer: body("*/*", (response) => response.arrayBuffer()),
      blob: body("*/*", (response) => response.blob()),
      formData: body("multipart/form-data", (response) => response.formData()),
    });
  };
}
