import { JwtError } from "../../../errors.js";
import { isObject } from "../../../internal/json.js";

/** What is asked of a token's claims (RFC 7519 §4.1). */
export interface ClaimRules {
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  /** Claims that must be there. */
  readonly required: readonly string[];
  /** How far the issuer's clock may be off, in seconds. */
  readonly toleranceSeconds: number;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Verified claims. */
export type JwtClaims = Readonly<Record<string, unknown>>;

const wrong = (claim: string, expected: string): JwtError =>
  new JwtError("JWT_CLAIM_INVALID", `The token's \`${claim}\` is not ${expected}.`, { claim });

/** The claims set in a payload. @throws JwtError `JWT_MALFORMED` */
export function readClaims(payload: Uint8Array): JwtClaims {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw new JwtError("JWT_MALFORMED", "The token's claims are not a JSON object (RFC 7519 §7.2).");
}

function timeOf(claims: JwtClaims, claim: "exp" | "nbf" | "iat"): number | null {
  const value = claims[claim];
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw wrong(claim, "a number of seconds since the epoch");
}

function checkTimes(claims: JwtClaims, { now, toleranceSeconds }: ClaimRules): void {
  const exp = timeOf(claims, "exp");
  const nbf = timeOf(claims, "nbf");
  const iat = timeOf(claims, "iat");
  if (exp !== null && now - toleranceSeconds >= exp) {
    throw new JwtError("JWT_EXPIRED", "The token has expired.", { claim: "exp" });
  }
  const hint = "Check this machine's clock, or raise `clockToleranceSeconds`.";
  for (const [claim, from] of [
    ["nbf", nbf],
    ["iat", iat],
  ] as const) {
    if (from === null || now + toleranceSeconds >= from) continue;
    throw new JwtError("JWT_NOT_YET_VALID", `The token's \`${claim}\` is in the future.`, { claim, hint });
  }
}

/** @throws JwtError naming the claim */
export function checkClaims(claims: JwtClaims, rules: ClaimRules): void {
  for (const claim of rules.required) if (claims[claim] === undefined) throw wrong(claim, "there");
  const { iss, aud } = claims;
  if (rules.issuers.length > 0 && !(typeof iss === "string" && rules.issuers.includes(iss))) {
    throw wrong("iss", "the expected issuer");
  }
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const isMeant = audiences.some((value) => typeof value === "string" && rules.audiences.includes(value));
  if (rules.audiences.length > 0 && !isMeant) throw wrong("aud", "the expected audience");
  checkTimes(claims, rules);
}
