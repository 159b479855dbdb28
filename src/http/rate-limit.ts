import { momentMs } from "../internal/moment.js";
import type { RateLimit } from "../ports/rate-limit.js";
import { retryAfterMs } from "./retry-after.js";

/** Whether an answer says that there were too many calls. */
export function isRateLimited({ status, headers }: Response, limit: RateLimit | null): boolean {
  if (status === 429) return true;
  if (limit === null || !limit.statuses.includes(status)) return false;
  const remaining = limit.remaining === null ? null : headers.get(limit.remaining);
  return headers.has("retry-after") || (remaining !== null && Number(remaining) === 0 && remaining !== "");
}

/** Milliseconds an answer asks to wait: by the standard's header, else by the API's own; null when it does not. */
export function waitMs(response: Response, limit: RateLimit | null, now: number): number | null {
  const reset = limit?.reset ?? null;
  const value = reset === null ? null : response.headers.get(reset.header);
  const isStandard = response.headers.has("retry-after") || reset === null || value === null;
  if (isStandard || !isRateLimited(response, limit)) return retryAfterMs(response, now);
  const moment = momentMs(value, reset.unit, now);
  return moment === null ? null : Math.max(0, Math.ceil(moment - now));
}
