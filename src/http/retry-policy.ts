import { RequestError } from "../errors.js";
import type { RequestPlan } from "./request-options.js";

/** Methods that mean the same when sent twice (RFC 9110 §9.2.2); the fetch standard sends no others of them. */
const IDEMPOTENT = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);
/** Answers that another try may better. */
const STATUSES = new Set([408, 429, 500, 502, 503, 504]);
/** A provider that asks for more is for the caller to wait for. */
const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_DELAY_MS = 300;

/** How often a request may be tried again. */
export function retryLimit({ method, body, retry }: RequestPlan): number {
  const oneShot = body instanceof ReadableStream;
  return IDEMPOTENT.has(method) && !oneShot ? retry : 0;
}

/** Whether a failure may pass by itself, soon. */
export function isTransient(error: unknown): error is RequestError {
  if (!(error instanceof RequestError) || !error.retryable || error.code === "REQUEST_TIMEOUT") return false;
  const hopeless = error.status !== null && !STATUSES.has(error.status);
  if (hopeless && error.code !== "RATE_LIMITED") return false;
  return (error.retryAfterMs ?? 0) <= MAX_RETRY_AFTER_MS;
}

/** Milliseconds to wait: what the provider asked for, else twice as long each time, less up to half by chance. */
export function retryDelayMs(error: RequestError, attempt: number): number {
  return error.retryAfterMs ?? FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 - Math.random() / 2);
}
