import { momentMs } from "../../internal/moment.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { decodePart } from "../internal/jwt/verify.js";

type Settings = OAuth2Settings["tokenResponse"];

/** Longer lives (or `1e999`) would not fit a date; nobody will notice. */
const MAX_LIFETIME_SECONDS = 100 * 365 * 86_400;

const lifetime = (end: number, now: number): number | undefined => {
  const seconds = Math.floor((end - now) / 1000);
  // Zero and -1 are how some providers say that the token does not expire.
  return seconds < 1 ? undefined : Math.min(seconds, MAX_LIFETIME_SECONDS);
};

/**
 * Seconds a token lives, as the provider's own unit says it; undefined when it does not expire, "unreadable" when the
 * value is not in that unit.
 */
export function expiresIn(
  value: unknown,
  { expiresInUnit }: Settings,
  now: number,
): number | undefined | "unreadable" {
  // `1e999` is read as infinity.
  if (value === Number.POSITIVE_INFINITY) return MAX_LIFETIME_SECONDS;
  const end = momentMs(value, expiresInUnit, now);
  if (end === null) return "unreadable";
  const isMoment = !["seconds", "milliseconds", "duration"].includes(expiresInUnit);
  // A moment that has passed is no way to say never: the token has expired, and is renewed at its first use.
  return isMoment && end > 0 ? (lifetime(end, now) ?? 1) : lifetime(end, now);
}

/** The same from the `exp` of a token that is a JWT (RFC 7519 §4.1.4); undefined for any other. */
export function expiresInOfToken(token: string, now: number): number | undefined {
  const exp = decodePart(token.split(".")[1] ?? "")?.["exp"];
  const end = momentMs(exp, "epoch", now);
  return end === null ? undefined : lifetime(end, now);
}
