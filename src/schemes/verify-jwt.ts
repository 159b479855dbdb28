import { ConfigurationError } from "../errors.js";
import type { JwtAlgorithm } from "../ports/jwt-algorithms.js";
import { JWT_ALGORITHMS } from "../ports/jwt-algorithms.js";
import type { Clock, Fetch } from "../ports/runtime.js";
import { isSymmetric } from "./internal/jwt/algorithms.js";
import type { JwtClaims } from "./internal/jwt/claims.js";
import { checkClaims, readClaims } from "./internal/jwt/claims.js";
import type { JsonWebKey } from "./internal/jwt/jwk-set.js";
import { candidateKeys, minSecretBytes, readJwkSet } from "./internal/jwt/jwk-set.js";
import type { Jwks } from "./internal/jwt/jwks.js";
import { createKeySets } from "./internal/jwt/key-sets.js";
import type { TokenHeader } from "./internal/jwt/verify.js";
import { readHeader, verifySignature } from "./internal/jwt/verify.js";

export type { JwtAlgorithm } from "../ports/jwt-algorithms.js";
export type { JwtClaims } from "./internal/jwt/claims.js";
export type { JsonWebKey } from "./internal/jwt/jwk-set.js";
export type { Jwks, JwksOptions } from "./internal/jwt/jwks.js";
export { createJwks } from "./internal/jwt/jwks.js";

/** What `verifyJwt` takes: exactly one of `keys`, `jwks`, `jwksUrl` and `secret`. */
export interface VerifyJwtOptions {
  /** Keys to choose from: a JWK Set (RFC 7517 §5) or the list in it. */
  readonly keys?: { readonly keys: readonly JsonWebKey[] } | readonly JsonWebKey[] | undefined;
  /** A set of {@link createJwks}. */
  readonly jwks?: Jwks | undefined;
  /** Where the issuer's key set is; kept between calls with the same `fetch` and `clock`. */
  readonly jwksUrl?: string | undefined;
  /** Secret of an HS algorithm: text counts as UTF-8. */
  readonly secret?: string | Uint8Array | undefined;
  /** Algorithms the issuer signs with, all of a secret or none; a token cannot choose beyond them. */
  readonly algorithms: readonly JwtAlgorithm[];
  /** Whom `iss` must name; one of them. Left out: not checked. */
  readonly issuer?: string | readonly string[] | undefined;
  /** Whom `aud` must name; one of them. Left out: not checked. */
  readonly audience?: string | readonly string[] | undefined;
  /** Claims that must be there. Default: `["exp"]`. */
  readonly requiredClaims?: readonly string[] | undefined;
  /** How far the issuer's clock may be off. Default: 0. */
  readonly clockToleranceSeconds?: number | undefined;
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** For `jwksUrl`. */
  readonly fetch?: Fetch | undefined;
}

/** A token whose signature and claims hold. */
export interface VerifiedJwt {
  readonly claims: JwtClaims;
  readonly header: Readonly<Record<string, unknown>>;
}

const systemFetch: Fetch = (input, init) => globalThis.fetch(input, init);
const systemClock: Pick<Clock, "now"> = { now: () => Date.now() };
const keySets = createKeySets();

function misused(path: string, message: string): ConfigurationError {
  return new ConfigurationError("CONFIG_INVALID", `\`${path}\` of verifyJwt() is wrong: ${message}.`, {
    issues: [{ path, message }],
  });
}

/** What would switch a check off without saying so. */
function checkRules({ issuer, audience, clockToleranceSeconds = 0 }: VerifyJwtOptions): void {
  for (const [path, value] of Object.entries({ issuer, audience })) {
    if (value === undefined || (value.length > 0 && ![...value].includes(""))) continue;
    throw misused(path, "expected a text, or at least one; leave it out for no check");
  }
  if (Number.isFinite(clockToleranceSeconds) && clockToleranceSeconds >= 0) return;
  throw misused("clockToleranceSeconds", "expected a number of seconds, 0 or more");
}

function checkOptions(options: VerifyJwtOptions): void {
  checkRules(options);
  const { keys, jwks, jwksUrl, secret, algorithms } = options;
  const given = [keys, jwks, jwksUrl, secret].filter((source) => source !== undefined);
  if (given.length !== 1) throw misused("keys", "expected exactly one of keys, jwks, jwksUrl and secret");
  const known: readonly string[] = JWT_ALGORITHMS;
  if (
    !Array.isArray(algorithms) ||
    algorithms.length === 0 ||
    !algorithms.every((name) => known.includes(name))
  ) {
    throw misused("algorithms", `expected some of ${JWT_ALGORITHMS.join(", ")}`);
  }
  const symmetric = algorithms.filter(isSymmetric).length;
  if (symmetric !== 0 && symmetric !== algorithms.length) {
    throw misused(
      "algorithms",
      "HS algorithms and others cannot be allowed together: a public key would pass for a secret",
    );
  }
  if (secret !== undefined && symmetric === 0)
    throw misused("algorithms", "a secret verifies HS algorithms only");
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret).length : secret?.length;
  const least = Math.max(...algorithms.map(minSecretBytes));
  if (bytes !== undefined && bytes < least) {
    throw misused("secret", `expected at least ${least} bytes, as long as the hash (RFC 7518 §3.2)`);
  }
  if ((jwks !== undefined || jwksUrl !== undefined) && symmetric > 0) {
    throw misused(
      "algorithms",
      "a published key set holds no secrets: HS algorithms cannot be verified with it",
    );
  }
}

async function keysFor(
  options: VerifyJwtOptions,
  header: TokenHeader,
): Promise<readonly (JsonWebKey | Uint8Array)[]> {
  const { keys, jwks, jwksUrl, secret, fetch = systemFetch, clock = systemClock } = options;
  if (secret !== undefined) return [typeof secret === "string" ? new TextEncoder().encode(secret) : secret];
  if (jwks !== undefined) return jwks.candidates(header);
  if (jwksUrl !== undefined) return keySets(jwksUrl, { fetch, clock }).candidates(header);
  const set = readJwkSet(keys);
  if (set === null) throw misused("keys", "expected a list of at most 100 JWKs, all public or all secret");
  return candidateKeys(set, header);
}

const listOf = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/**
 * Verifies a JWT (RFC 7519 §7.2) as RFC 8725 advises: only algorithms the caller names, only keys the caller names, no
 * `none`, no public key used as a secret, no key or URL out of the token's own header, no `crit` extension; then `iss`,
 * `aud`, `exp`, `nbf` and `iat`.
 *
 * @throws JwtError saying what does not hold; `JWKS_UNAVAILABLE` is retryable
 * @throws ConfigurationError `CONFIG_INVALID` when the options contradict one another
 * @example
 * ```ts
 * const { claims } = await verifyJwt(token, {
 *   jwksUrl: "https://www.googleapis.com/oauth2/v3/certs",
 *   algorithms: ["RS256"],
 *   issuer: ["https://accounts.google.com", "accounts.google.com"],
 *   audience: clientId,
 *   clockToleranceSeconds: 60,
 * });
 * ```
 */
export async function verifyJwt(token: string, options: VerifyJwtOptions): Promise<VerifiedJwt> {
  checkOptions(options);
  const header = readHeader(token, options.algorithms);
  const payload = await verifySignature(token, header, await keysFor(options, header));
  const claims = readClaims(payload);
  checkClaims(claims, {
    issuers: listOf(options.issuer),
    audiences: listOf(options.audience),
    required: options.requiredClaims ?? ["exp"],
    toleranceSeconds: options.clockToleranceSeconds ?? 0,
    now: Math.floor((options.clock ?? systemClock).now() / 1000),
  });
  return { claims, header: header.all };
}
