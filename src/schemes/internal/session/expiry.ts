import type * as z from "zod";
import { valueAt } from "../../../internal/value-at.js";
import type { sessionExpiry } from "../../../ports/scheme-settings/two-step.js";
import { decodePart } from "../jwt/verify.js";

type Expiry = z.output<ReturnType<typeof sessionExpiry>>;

/** Later moments would not fit a date; nobody will notice. */
const MAX_LIFETIME_MS = 100 * 365 * 86_400_000;
const UNITS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const;
const DURATION = /^(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*m)?\s*(?:(\d+)\s*s)?$/i;

/** `2h`, `30m`, `1d12h` in milliseconds; null for anything else. */
function durationMs(text: string): number | null {
  const match = DURATION.exec(text.trim());
  if (match === null || text.trim() === "") return null;
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
export function momentMs(
  value: unknown,
  unit: Extract<Expiry, { kind: "field" }>["unit"],
  now: number,
): number | null {
  if (unit === "iso")
    return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : null;
  if (unit === "duration") {
    const duration = typeof value === "string" ? durationMs(value) : null;
    return duration === null ? null : now + duration;
  }
  const number = numberOf(value);
  if (number === null) return null;
  switch (unit) {
    case "seconds":
      return now + number * 1000;
    case "milliseconds":
      return now + number;
    case "epoch":
      return number * 1000;
    case "epoch_milliseconds":
      return number;
  }
}

/**
 * When a session ends, in milliseconds since the epoch: null when the settings do not say; "unreadable" when the answer
 * does not say it as they do.
 */
export function sessionEnd(
  expiry: Expiry | null,
  {
    body,
    values,
    now,
  }: { readonly body: unknown; readonly values: Readonly<Record<string, string>>; readonly now: number },
): number | null | "unreadable" {
  if (expiry === null) return null;
  if (expiry.kind === "fixed") return now + expiry.seconds * 1000;
  const end =
    expiry.kind === "field"
      ? momentMs(valueAt(body, expiry.path), expiry.unit, now)
      : momentMs(decodePart(values[expiry.value]?.split(".")[1] ?? "")?.["exp"], "epoch", now);
  return end === null || end < 0 ? "unreadable" : Math.floor(Math.min(end, now + MAX_LIFETIME_MS));
}
