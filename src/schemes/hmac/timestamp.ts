import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";

/** A time, in milliseconds since the epoch, as a provider wants it written. */
export function writeTimestamp(now: number, format: HmacSettings["timestamp"]): string {
  const date = new Date(now);
  switch (format) {
    case "seconds":
      return String(Math.floor(now / 1000));
    case "milliseconds":
      return String(now);
    case "iso":
      return date.toISOString();
    case "iso_seconds":
      return date.toISOString().replace(/\.\d+Z$/, "Z");
    case "http":
      return date.toUTCString();
    case "rfc5322":
      return date.toUTCString().replace("GMT", "+0000");
    case "rfc5322_utc":
      // RFC 5322 §3.3: UTC, by a clock whose own zone is not told.
      return date.toUTCString().replace("GMT", "-0000");
  }
}
