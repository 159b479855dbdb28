/**
 * How a moment is written: `seconds` and `milliseconds` from now, `epoch` and `epoch_milliseconds` since 1970, a date
 * (`iso`: ISO 8601, `http_date`: RFC 9110 §5.6.7), or a `duration` from now such as `2h`.
 */
export type MomentUnit = keyof typeof NUMBERS | "iso" | "http_date" | "duration";

const NUMBERS = {
  seconds: (number: number, now: number) => now + number * 1000,
  milliseconds: (number: number, now: number) => now + number,
  epoch: (number: number) => number * 1000,
  epoch_milliseconds: (number: number) => number,
};

const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
/** Longer texts are no duration, and the pattern below would take for ever to say so. */
const MAX_DURATION_LENGTH = 64;
const DURATION = /^(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+)\s*s)?$/i;

/** `2h`, `30m`, `1d12h` in milliseconds; null for anything else. */
function durationMs(text: string): number | null {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > MAX_DURATION_LENGTH) return null;
  const match = DURATION.exec(trimmed);
  if (match === null) return null;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0"] = match;
  return (
    Number(days) * UNITS.d + Number(hours) * UNITS.h + Number(minutes) * UNITS.m + Number(seconds) * UNITS.s
  );
}

function numberOf(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** The moment a value names in a unit, in milliseconds since the epoch; null when it names none. */
export function momentMs(value: unknown, unit: MomentUnit, now: number): number | null {
  if (unit === "iso" || unit === "http_date")
    return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : null;
  if (unit === "duration") {
    const duration = typeof value === "string" ? durationMs(value) : null;
    return duration === null ? null : now + duration;
  }
  const number = numberOf(value);
  return number === null ? null : NUMBERS[unit](number, now);
}
