/** Milliseconds a `Retry-After` asks to wait (RFC 9110 §10.2.3: seconds, or a date); null when it says nothing usable. */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
