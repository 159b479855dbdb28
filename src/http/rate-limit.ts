import type { RateLimit } from "../ports/rate-limit.js";
import { retryAfterMs } from "./retry-after.js";

type Reset = NonNullable<RateLimit["reset"]>;

function momentOf(value: string, unit: Reset["unit"], now: number): number {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  switch (unit) {
    case "seconds":
      return now + number * 1000;
    case "milliseconds":
      return now + number;
    case "epoch":
      return number * 1000;
    case "epoch_milliseconds":
      return number;
    case "http_date":
      return Date.parse(value);
  }
}

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
  const wait = Math.ceil(momentOf(value, reset.unit, now) - now);
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}
