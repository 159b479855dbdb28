import { isObject } from "../../internal/json.js";
import type { OAuth2Credentials } from "./credentials.js";
import { parseCredentials } from "./credentials.js";

/** Numbers below are seconds: as milliseconds they would be before 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

/**
 * Tokens as another system kept them: the fields of a token response (RFC 6749 §5.1), with `expires_at` (seconds or
 * milliseconds since the epoch, ISO 8601, or a Date) instead of `expires_in`, which says nothing without the time of
 * the answer.
 *
 * @throws TypeError naming the wrong fields, never their values
 */
export function importCredentials(value: unknown): OAuth2Credentials {
  if (!isObject(value)) return parseCredentials(value);
  const { expires_at: expiresAt, token_type: type = "bearer", scope, ...rest } = value;
  if (rest["expires_in"] !== undefined && isAbsent(expiresAt)) {
    throw new TypeError("These are not credentials of OAUTH2: expires_in: give `expires_at` instead.");
  }
  const given = {
    ...rest,
    token_type: typeof type === "string" ? type.toLowerCase() : type,
    scope: Array.isArray(scope) ? scope.join(" ") : scope,
    expires_at: milliseconds(expiresAt),
  };
  return parseCredentials(Object.fromEntries(Object.entries(given).filter(([, field]) => !isAbsent(field))));
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

/** What is no time is left for the check that follows. */
function milliseconds(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === "string" && value !== "") return new Date(value).getTime();
  return typeof value === "number" && value < FIRST_MILLISECONDS ? value * 1000 : value;
}
