/** Where providers say when to come back, the standard first: seconds, a date, or seconds since the epoch. */
const RATE_LIMIT_HEADERS = [
  "ratelimit-reset",
  "x-ratelimit-retry-after",
  "x-ratelimit-reset",
  "x-rate-limit-reset",
];
/** More seconds than this are not a wait but a moment: 2001 as seconds since the epoch. */
const EPOCH_SECONDS = 1_000_000_000;

function waitOf(value: string, now: number): number | null {
  const seconds = value.trim() === "" ? Number.NaN : Number(value);
  if (Number.isNaN(seconds)) {
    const date = Date.parse(value);
    return Number.isNaN(date) ? null : Math.max(0, date - now);
  }
  return Math.max(0, Math.ceil(seconds >= EPOCH_SECONDS ? seconds * 1000 - now : seconds * 1000));
}

/**
 * Milliseconds an answer asks to wait (RFC 9110 §10.2.3), counted from `now`; null when it does not. With 429 the
 * headers providers use instead of `Retry-After` count too; other answers carry them as mere information.
 */
export function retryAfterMs({ status, headers }: Response, now: number): number | null {
  for (const name of ["retry-after", ...(status === 429 ? RATE_LIMIT_HEADERS : [])]) {
    const value = headers.get(name);
    const wait = value === null ? null : waitOf(value, now);
    if (wait !== null && Number.isFinite(wait)) return wait;
  }
  return null;
}
